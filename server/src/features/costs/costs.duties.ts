import { config } from '../../config.ts';
import type { Duty } from '../../lib/duties.ts';
import { countUsage, watchCosts } from './costs.service.ts';

const isOn = config.COSTS === 'on';

export const countingUsage: Duty = {
  name: 'Counting what this process used',
  ...(isOn && { repeat: { everyMs: 60_000, work: countUsage }, flush: countUsage }),
};

export const watchingCosts: Duty = {
  name: 'Comparing costs with their budget',
  ...(isOn && { repeat: { everyMs: 60_000, isDueAtStart: true, work: watchCosts } }),
};
