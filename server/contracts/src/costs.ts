import * as z from 'zod/mini';
import { date, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';

/** A decimal with two digits, in the currency of the answer. */
const amount = z.string();

export const budgetStates = ['no-budget', 'within', 'near', 'over'] as const;
const state = z.enum(budgetStates);
const currency = z.string();

export const costsNow = z.object({
  currency,
  at: timestamp,
  perHour: amount,
  processes: z.number(),
  coresUsed: z.number(),
  gibUsed: z.number(),
  requestsPerSecond: z.number(),
  today: z.object({ soFar: amount, expected: amount, budget: z.nullable(amount), state }),
});
export type CostsNow = z.infer<typeof costsNow>;

export const costsDaily = z.object({
  currency,
  days: z.array(z.object({ day: date, cost: amount, processes: z.number(), requests: z.number(), state })),
});
export type CostsDaily = z.infer<typeof costsDaily>;

export const costsForecast = z.object({
  currency,
  /** Of these the forecast was made. */
  weeks: z.number(),
  days: z.array(z.object({ day: date, cost: amount, low: amount, high: amount, state })),
});
export type CostsForecast = z.infer<typeof costsForecast>;

/** How many processes the next day needs, each hour. */
export const suggestedReplicas = z.object({
  weeks: z.number(),
  confidence: z.enum(['none', 'low', 'fair', 'good']),
  most: z.number(),
  hours: z.array(z.object({ at: timestamp, replicas: z.number(), low: z.number(), high: z.number() })),
});
export type SuggestedReplicas = z.infer<typeof suggestedReplicas>;

export const costsOptimization = z.object({
  currency,
  hours: z.number(),
  findings: z.array(
    z.object({
      what: z.enum(['cores', 'memory', 'processes']),
      given: z.number(),
      used: z.number(),
      suggested: z.number(),
      savesPerMonth: amount,
    }),
  ),
});
export type CostsOptimization = z.infer<typeof costsOptimization>;

const common = { method: 'get', tag: 'Costs', permission: 'costs.view' } as const;
export const costEndpoints = {
  realtime: endpoint({ ...common, path: '/costs/realtime', summary: 'What the installation costs now', answer: costsNow }), // prettier-ignore
  daily: endpoint({ ...common, path: '/costs/daily', summary: 'What the last 30 days cost', answer: costsDaily }),
  forecast: endpoint({ ...common, path: '/costs/forecast', summary: 'What the next 30 days will cost, by weekday and hour', answer: costsForecast }), // prettier-ignore
  replicas: endpoint({ ...common, path: '/costs/replicas', summary: 'How many processes the next day needs, each hour', answer: suggestedReplicas }), // prettier-ignore
  optimization: endpoint({ ...common, path: '/costs/optimization', summary: 'What is given to processes and not used', answer: costsOptimization }), // prettier-ignore
};
