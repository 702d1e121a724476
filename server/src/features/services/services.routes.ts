import { serviceEndpoints } from '@opex/contracts/services';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as retiring from './retiring.service.ts';
import * as services from './services.service.ts';

export const servicesRouter = Router();

serve(servicesRouter, serviceEndpoints.create, ({ caller, body, idempotency }) =>
  services.create(caller, body, idempotency),
);
serve(servicesRouter, serviceEndpoints.get, ({ caller, params }) => services.get(caller, params.id));
serve(servicesRouter, serviceEndpoints.retire, ({ caller, params, version, body }) =>
  retiring.retire(caller, { id: params.id, version }, body),
);
serve(servicesRouter, serviceEndpoints.reinstate, ({ caller, params, version, body }) =>
  retiring.reinstate(caller, { id: params.id, version }, body.reason),
);
serve(servicesRouter, serviceEndpoints.months, ({ caller, params, query }) =>
  services.months(caller, params.id, query.fy),
);
serve(servicesRouter, serviceEndpoints.entities, ({ caller, params, query }) =>
  services.entities(caller, params.id, query.fy),
);
serve(servicesRouter, serviceEndpoints.remarks, ({ caller, params, query }) =>
  services.remarks(caller, params.id, query),
);
serve(servicesRouter, serviceEndpoints.addRemark, ({ caller, params, body, idempotency }) =>
  services.addRemark(caller, params.id, body.text, idempotency),
);
serve(servicesRouter, serviceEndpoints.history, ({ caller, params, query }) =>
  services.history(caller, params.id, query),
);
serve(servicesRouter, serviceEndpoints.restore, ({ caller, params, version, body }) =>
  services.restore(caller, { id: params.id, version }, params.entryId, body.field, body.reason),
);
