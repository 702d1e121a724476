import { trackerEndpoints } from '@opex/contracts/tracker';
import { Router } from 'express';
import { sendTable } from '../../http/send-table.ts';
import { serve } from '../../http/serve.ts';
import * as file from './tracker-file.service.ts';
import * as tracker from './tracker.service.ts';

export const trackerRouter = Router();

serve(trackerRouter, trackerEndpoints.list, ({ caller, query }) => tracker.list(caller, query));
serve(trackerRouter, trackerEndpoints.file, async ({ caller, query }, _req, res) =>
  sendTable(res, query.format, await file.table(caller, query)),
);
serve(trackerRouter, trackerEndpoints.get, ({ caller, params, query }) => tracker.get(caller, params.id, query.fy));
serve(trackerRouter, trackerEndpoints.update, ({ caller, params, query, version, body }) =>
  tracker.update(caller, { id: params.id, version }, query.fy, body),
);
serve(trackerRouter, trackerEndpoints.updateMany, async ({ caller, query, body }) => ({
  data: await tracker.updateMany(caller, query.fy, body),
}));
