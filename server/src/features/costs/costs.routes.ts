import { costEndpoints } from '@opex/contracts/costs';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as costs from './costs.service.ts';

export const costsRouter = Router();

serve(costsRouter, costEndpoints.realtime, () => costs.realtime());
serve(costsRouter, costEndpoints.daily, () => costs.daily());
serve(costsRouter, costEndpoints.forecast, () => costs.forecast());
serve(costsRouter, costEndpoints.replicas, () => costs.replicas());
serve(costsRouter, costEndpoints.optimization, () => costs.optimization());
