import type { Duty } from '../../lib/duties.ts';
import { warm } from './masters.service.ts';

export const warmingMasters: Duty = { name: 'Warming master data', warm };
