import { performanceEndpoints } from '@opex/contracts/performance';
import { type NextFunction, type Request, type Response, Router } from 'express';
import { config } from '../../config.ts';
import { AppError } from '../../lib/errors.ts';
import { serve } from '../../http/serve.ts';
import * as performance from './performance.service.ts';

/** For administrators who look for the cause of something; off unless it is wanted. */
export const performanceRouter = Router();

performanceRouter.use('/performance', (_req: Request, _res: Response, next: NextFunction) => {
  if (config.PERFORMANCE === 'off')
    throw new AppError(404, 'Nobody may look into this process: the setting PERFORMANCE is off');
  next();
});

serve(performanceRouter, performanceEndpoints.now, () => Promise.resolve(performance.now()));
serve(performanceRouter, performanceEndpoints.benchmark, ({ caller }) => performance.benchmark(caller));
serve(performanceRouter, performanceEndpoints.collectGarbage, ({ caller }) => performance.collectGarbage(caller));

function leaving(res: Response) {
  const left = new AbortController();
  res.once('close', () => left.abort());
  return left.signal;
}

serve(performanceRouter, performanceEndpoints.cpuProfile, ({ caller, query }, _req, res) => {
  res.attachment('opex.cpuprofile');
  return performance.cpuProfile(caller, { seconds: Number(query.seconds ?? 10), left: leaving(res) });
});
serve(performanceRouter, performanceEndpoints.heapProfile, ({ caller, query }, _req, res) => {
  res.attachment('opex.heapprofile');
  return performance.heapProfile(caller, { seconds: Number(query.seconds ?? 10), left: leaving(res) });
});

serve(performanceRouter, performanceEndpoints.breakers, () => Promise.resolve(performance.breakersNow()));
serve(performanceRouter, performanceEndpoints.setBreaker, ({ caller, body }) =>
  Promise.resolve(performance.setBreaker(caller, body)),
);
