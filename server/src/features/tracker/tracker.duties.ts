import type { Duty } from '../../lib/duties.ts';
import { warm } from './tracker.service.ts';

export const warmingTracker: Duty = { name: 'Warming the tracker', warm };
