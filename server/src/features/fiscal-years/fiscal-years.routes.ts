import { fiscalYearEndpoints } from '@opex/contracts/fiscal-years';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as settings from '../settings/settings.service.ts';
import * as fiscalYears from './fiscal-years.service.ts';

export const fiscalYearsRouter = Router();

serve(fiscalYearsRouter, fiscalYearEndpoints.list, async () => ({
  baseCurrency: (await settings.current()).baseCurrency,
  data: await fiscalYears.all(),
}));
