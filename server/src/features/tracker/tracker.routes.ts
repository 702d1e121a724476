import { trackerEndpoints } from '@opex/contracts/tracker';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as tracker from './tracker.service.ts';

export const trackerRouter = Router();

serve(trackerRouter, trackerEndpoints.list, ({ caller, query }) => tracker.list(caller, query));
serve(trackerRouter, trackerEndpoints.get, ({ caller, params, query }) => tracker.get(caller, params.id, query.fy));
serve(trackerRouter, trackerEndpoints.update, ({ caller, params, query, version, body }) =>
  tracker.update(caller, { id: params.id, version }, query.fy, body),
);
serve(trackerRouter, trackerEndpoints.updateMany, async ({ caller, query, body }) => ({
  data: await tracker.updateMany(caller, query.fy, body),
}));
