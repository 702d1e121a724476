import type { Job } from '../../lib/jobs.ts';
import { warm } from './reports.service.ts';

export const warmingDashboard: Job = { name: 'Warming the dashboard', warm };
