import { securityEventEndpoints } from '@opex/contracts/security-events';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as securityEvents from './security-events.service.ts';

export const securityEventsRouter = Router();

serve(securityEventsRouter, securityEventEndpoints.list, ({ query }) => securityEvents.list(query));
