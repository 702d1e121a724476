import type { Job } from '../../lib/jobs.ts';
import { warm } from './tracker.service.ts';

export const warmingTracker: Job = { name: 'Warming the tracker', warm };
