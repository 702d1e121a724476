import type { Job } from '../../lib/jobs.ts';
import { startFigures } from './figures.service.ts';

export const settling: Job = { name: 'Settling figures', listen: startFigures };
