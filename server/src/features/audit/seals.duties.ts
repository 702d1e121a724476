import type { Duty } from '../../lib/duties.ts';
import { hourMs } from '../../lib/time.ts';
import { seal, sealAndPublish, warnOfGaps } from './seals.service.ts';

export const gapsOfProof: Duty = { name: 'Looking at what the audit log can prove', prepare: warnOfGaps };

export const sealing: Duty = { name: 'Sealing the audit log', repeat: { everyMs: 60_000, work: seal } };

export const publishing: Duty = {
  name: 'Publishing the last seal',
  repeat: { everyMs: hourMs, isDueAtStart: true, work: sealAndPublish },
  flush: sealAndPublish,
};
