import { startCacheTags } from '../../src/database/tags.ts';
import { queueOf } from '../../src/features/jobs/queue.service.ts';
import { startRepeating } from '../../src/lib/duties.ts';

/** Makes this process run these kinds of jobs and nothing else: it starts soon, because it is killed soon. */
export async function runNothingBut(kinds: Parameters<typeof queueOf>[0]) {
  const queue = queueOf(kinds);
  queue.listen?.();
  await startCacheTags();
  startRepeating([queue]);
  setInterval(() => undefined, 60_000);
}
