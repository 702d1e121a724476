import { operationsEndpoints } from '@opex/contracts/operations';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as operations from './operations.service.ts';

export const operationsRouter = Router();

serve(operationsRouter, operationsEndpoints.get, () => operations.look());
