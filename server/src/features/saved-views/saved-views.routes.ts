import { savedViewEndpoints } from '@opex/contracts/saved-views';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as savedViews from './saved-views.service.ts';

export const savedViewsRouter = Router();

serve(savedViewsRouter, savedViewEndpoints.list, async ({ caller, query }) => ({
  data: await savedViews.list(caller, query.page),
}));
serve(savedViewsRouter, savedViewEndpoints.create, ({ caller, body }) => savedViews.create(caller, body));
serve(savedViewsRouter, savedViewEndpoints.update, ({ caller, params, version, body }) =>
  savedViews.update(caller, params.id, version, body),
);
serve(savedViewsRouter, savedViewEndpoints.remove, ({ caller, params }) => savedViews.remove(caller, params.id));
serve(savedViewsRouter, savedViewEndpoints.prefer, ({ caller, params }) => savedViews.prefer(caller, params.id));
serve(savedViewsRouter, savedViewEndpoints.forget, ({ caller, params }) => savedViews.forget(caller, params.id));
