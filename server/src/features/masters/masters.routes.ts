import { masterEndpoints, masterKinds } from '@opex/contracts/masters';
import { masterMergeEndpoints } from '@opex/contracts/master-merges';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as merges from './master-merges.service.ts';
import * as masters from './masters.service.ts';

export const mastersRouter = Router();

for (const kind of masterKinds) {
  const endpoints = masterEndpoints[kind];
  serve(mastersRouter, endpoints.list, ({ caller, query }) => masters.list(caller, kind, query));
  serve(mastersRouter, endpoints.create, ({ caller, body }) => masters.create(caller, kind, body.name));
  serve(mastersRouter, endpoints.get, ({ caller, params }) => masters.get(caller, kind, params.id));
  serve(mastersRouter, endpoints.update, ({ caller, params, version, body }) =>
    masters.update(caller, kind, params.id, version, body),
  );
  serve(mastersRouter, endpoints.merge, ({ caller, params, version, body, idempotency }) =>
    merges.merge(caller, kind, { id: params.id, version }, body, idempotency),
  );
  serve(mastersRouter, endpoints.remove, ({ caller, params, version }) =>
    masters.remove(caller, kind, params.id, version),
  );
}

serve(mastersRouter, masterMergeEndpoints.list, ({ query }) => merges.list(query));
serve(mastersRouter, masterMergeEndpoints.undo, ({ caller, params, version, body, idempotency }) =>
  merges.undo(caller, { id: params.id, version }, body.reason, idempotency),
);
