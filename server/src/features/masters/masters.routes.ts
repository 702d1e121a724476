import { masterEndpoints, masterKinds } from '@opex/contracts/masters';
import { Router } from 'express';
import { serve } from '../../lib/serve.ts';
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
  serve(mastersRouter, endpoints.merge, ({ caller, params, body }) =>
    masters.merge(caller, kind, params.id, body.intoId),
  );
  serve(mastersRouter, endpoints.remove, ({ caller, params, version }) =>
    masters.remove(caller, kind, params.id, version),
  );
}
