import { startCacheTags } from '../../src/database/tags.ts';
import { queueOf } from '../../src/features/jobs/queue.service.ts';
import { startRepeating } from '../../src/lib/duties.ts';
import { effect } from './effects.ts';

/** A process with the queue and nothing else: it starts soon, because it is killed soon. */
const queue = queueOf({ effect });
queue.listen?.();
await startCacheTags();
startRepeating([queue]);
setInterval(() => undefined, 60_000);
