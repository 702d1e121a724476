import { kinds } from '../../src/jobs.ts';
import { runNothingBut } from './nothing-but.ts';

await runNothingBut({ 'import-check': kinds['import-check'], 'import-write': kinds['import-write'] });
