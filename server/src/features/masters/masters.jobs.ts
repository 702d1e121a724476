import type { Job } from '../../lib/jobs.ts';
import { warm } from './masters.service.ts';

export const warmingMasters: Job = { name: 'Warming master data', warm };
