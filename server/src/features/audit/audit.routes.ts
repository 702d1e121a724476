import { auditEndpoints } from '@opex/contracts/audit';
import { Router } from 'express';
import { serve } from '../../http/serve.ts';
import * as audit from './audit.service.ts';

export const auditRouter = Router();

serve(auditRouter, auditEndpoints.list, ({ caller, query }) => audit.list(caller, query));
serve(auditRouter, auditEndpoints.batches, ({ caller, query }) => audit.batches(caller, query));
serve(auditRouter, auditEndpoints.verify, () => audit.verify());
