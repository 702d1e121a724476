import { startCacheTags } from '../../src/database/tags.ts';
import { queueOf } from '../../src/features/jobs/queue.service.ts';
import { kinds } from '../../src/jobs.ts';
import { startRepeating } from '../../src/lib/duties.ts';

/** A process that loads files and does nothing else: it starts soon, because it is killed soon. */
const queue = queueOf({ 'import-check': kinds['import-check'], 'import-write': kinds['import-write'] });
queue.listen?.();
await startCacheTags();
startRepeating([queue]);
setInterval(() => undefined, 60_000);
