import { searchEndpoints } from '@opex/contracts/search';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import { search } from './search.service.ts';

export const searchRouter = Router();

serve(searchRouter, searchEndpoints.search, async ({ caller, query }) => ({ data: await search(caller, query.q) }));
