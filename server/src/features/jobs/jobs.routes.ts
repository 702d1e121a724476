import { jobEndpoints } from '@opex/contracts/jobs';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as jobs from './jobs.service.ts';

export const jobsRouter = Router();

serve(jobsRouter, jobEndpoints.list, ({ query }) => jobs.list(query));
serve(jobsRouter, jobEndpoints.retry, ({ caller, params, idempotency }) => jobs.retry(caller, params.id, idempotency));
serve(jobsRouter, jobEndpoints.cancel, ({ caller, params, idempotency }) =>
  jobs.cancel(caller, params.id, idempotency),
);
