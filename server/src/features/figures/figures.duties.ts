import type { Duty } from '../../lib/duties.ts';
import { startFigures } from './figures.service.ts';

export const settling: Duty = { name: 'Settling figures', listen: startFigures };
