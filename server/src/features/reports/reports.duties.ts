import type { Duty } from '../../lib/duties.ts';
import { warm } from './reports.service.ts';

export const warmingDashboard: Duty = { name: 'Warming the dashboard', warm };
