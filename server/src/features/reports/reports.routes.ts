import { reportEndpoints } from '@opex/contracts/reports';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as reports from './reports.service.ts';

export const reportsRouter = Router();

serve(reportsRouter, reportEndpoints.dashboard, ({ caller, query }) => reports.dashboard(caller, query));
