import type { Job } from '../../lib/jobs.ts';
import { seal, sealAndPublish, warnOfGaps } from './seals.service.ts';

export const gapsOfProof: Job = { name: 'Looking at what the audit log can prove', prepare: warnOfGaps };

export const sealing: Job = { name: 'Sealing the audit log', repeat: { everyMs: 60_000, work: seal } };

export const publishing: Job = {
  name: 'Publishing the last seal',
  repeat: { everyMs: 3_600_000, isDueAtStart: true, work: sealAndPublish },
  flush: sealAndPublish,
};
