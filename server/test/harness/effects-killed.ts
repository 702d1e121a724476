import { effect } from './effects.ts';
import { runNothingBut } from './nothing-but.ts';

await runNothingBut({ effect });
