import { budgetEndpoints } from '@opex/contracts/budgets';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as budgets from './tracker.service.ts';

export const budgetsRouter = Router();

serve(budgetsRouter, budgetEndpoints.list, ({ caller, query }) => budgets.list(caller, query));
serve(budgetsRouter, budgetEndpoints.get, ({ caller, params, query }) => budgets.get(caller, params.id, query.fy));
serve(budgetsRouter, budgetEndpoints.update, ({ caller, params, query, version, body }) =>
  budgets.update(caller, { id: params.id, version }, query.fy, body),
);
serve(budgetsRouter, budgetEndpoints.updateMany, async ({ caller, query, body }) => ({
  data: await budgets.updateMany(caller, query.fy, body),
}));
