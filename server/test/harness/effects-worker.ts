import { createProbesApp } from '../../src/app.ts';
import { dutiesOfWorker } from '../../src/duties.ts';
import { queueOf } from '../../src/features/jobs/queue.service.ts';
import { httpServer } from '../../src/http/http-server.ts';
import { kinds, runningJobs } from '../../src/jobs.ts';
import { live } from '../../src/life.ts';
import { effect } from './effects.ts';

/** A worker as it is, which knows one more kind of job. */
const app = createProbesApp();
const queue = queueOf({ ...kinds, effect });
await live({
  server: httpServer((request, response) => void app(request, response)),
  duties: dutiesOfWorker.map((duty) => (duty === runningJobs ? queue : duty)),
});
