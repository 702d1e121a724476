import { type RequestHandler, Router } from 'express';
import { registry } from '../../lib/metrics.ts';
import { limitPerAddress } from '../../http/rate-limits.ts';
import { together } from '../../lib/together.ts';
import { acceptable } from '../../http/middleware/acceptable.ts';
import { onlyGet } from '../../http/middleware/only-get.ts';
import '../operations/verifications.service.ts'; // its figures are among the metrics
import * as health from './health.service.ts';

/** For orchestrators and people; outside /api, without a session. */
export const healthRouter = Router();

const probe = (path: string, ...handlers: RequestHandler[]) => {
  const named: RequestHandler = (_req, res, next) => {
    res.locals['route'] = path;
    res.locals['isProbe'] = true; // asked every few seconds, by machines
    next();
  };
  healthRouter.all(path, named, acceptable({ byNumber: true }), onlyGet);
  healthRouter.get(path, ...handlers);
};

// Callers who ask at the same time share one look, so that a crowd of strangers is no load for the database.
const readiness = together(health.readiness);
const summary = together(health.summary);
const metrics = together(() => registry.metrics());

/** Has no limit. It costs nothing, and an orchestrator must not end a process because strangers ask too often. */
probe('/livez', (_req, res) => {
  res.type('text').send('alive');
});

probe('/readyz', limitPerAddress, async (_req, res) => {
  const { ready, reason = 'ready' } = await readiness();
  res
    .status(ready ? 200 : 503)
    .type('text')
    .send(reason);
});

probe('/health', limitPerAddress, async (_req, res) => {
  const answer = await summary();
  res.status(answer.status === 'ok' ? 200 : 503).json(answer);
});

/** For Prometheus. */
export const metricsRouter = Router();
metricsRouter.all('/metrics', onlyGet);
metricsRouter.get('/metrics', async (_req, res) => {
  res.set('Content-Type', registry.contentType).send(await metrics());
});
