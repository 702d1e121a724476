import { Router } from 'express';
import * as health from './health.service.ts';

/** For orchestrators and people; outside /api, without a session. */
export const healthRouter = Router();

healthRouter.get('/livez', (_req, res) => {
  res.locals['route'] = '/livez';
  res.type('text').send('alive');
});

healthRouter.get('/readyz', async (_req, res) => {
  res.locals['route'] = '/readyz';
  const { ready, reason = 'ready' } = await health.readiness();
  res
    .status(ready ? 200 : 503)
    .type('text')
    .send(reason);
});

healthRouter.get('/health', async (_req, res) => {
  res.locals['route'] = '/health';
  const summary = await health.summary();
  res.status(summary.status === 'ok' ? 200 : 503).json(summary);
});
