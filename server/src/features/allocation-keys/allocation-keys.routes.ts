import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as allocationKeys from './allocation-keys.service.ts';

export const allocationKeysRouter = Router();

serve(allocationKeysRouter, allocationKeyEndpoints.list, async ({ caller }) => ({
  data: await allocationKeys.list(caller),
}));
serve(allocationKeysRouter, allocationKeyEndpoints.create, ({ caller, body }) => allocationKeys.create(caller, body));
serve(allocationKeysRouter, allocationKeyEndpoints.preview, ({ caller, params, body }) =>
  allocationKeys.preview(caller, params.id, body),
);
serve(allocationKeysRouter, allocationKeyEndpoints.changeVersion, ({ caller, params, version, body }) =>
  allocationKeys.changeVersion(caller, { id: params.id, version }, params.versionId, body),
);
serve(allocationKeysRouter, allocationKeyEndpoints.removeVersion, ({ caller, params, version, body }) =>
  allocationKeys.removeVersion(caller, { id: params.id, version }, params.versionId, body.reason),
);
serve(allocationKeysRouter, allocationKeyEndpoints.addVersion, ({ caller, params, body }) =>
  allocationKeys.addVersion(caller, params.id, body),
);
