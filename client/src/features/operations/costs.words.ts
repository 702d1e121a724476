import type { CostsForecast, CostsNow, CostsOptimization, SuggestedReplicas } from '@opex/contracts/costs';
import { sum } from '../../domain/amounts/money.ts';

export type Costs = {
  now: CostsNow;
  forecast: CostsForecast;
  replicas: SuggestedReplicas;
  optimization: CostsOptimization;
};
type Line = { what: string; value: string; why: string };

const grouped = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 });
const places = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

const stateWords: Record<CostsNow['today']['state'], string> = {
  'no-budget': 'no budget is set',
  within: 'within the budget',
  near: 'near the budget',
  over: 'over the budget',
};
const confidenceWords: Record<SuggestedReplicas['confidence'], string> = {
  none: 'nothing was counted yet',
  low: 'a guess: one week was counted',
  fair: 'fair: a few weeks were counted',
  good: 'good: many weeks were counted',
};
const thingWords: Record<CostsOptimization['findings'][number]['what'], string> = {
  cores: 'Cores of each process',
  memory: 'Memory of each process, GiB',
  processes: 'Processes',
};

/** What it costs, will cost and could save, a line each. */
export function costLines({ now, forecast, replicas, optimization }: Costs, timeOf: (time: string) => string): Line[] {
  const money = (amount: string) => `${grouped.format(Number(amount))} ${now.currency}`;
  const of = (pick: (day: CostsForecast['days'][number]) => string) => money(sum(forecast.days.map(pick)));
  const { soFar, expected, budget, state } = now.today;
  const busiest = replicas.hours.find((hour) => hour.replicas === replicas.most);
  return [
    {
      what: 'An hour, as it runs now',
      value: money(now.perHour),
      why: `${places.format(now.processes)} processes use ${places.format(now.coresUsed)} cores and ${places.format(now.gibUsed)} GiB`,
    },
    {
      what: 'Today',
      value: money(expected),
      why: `${money(soFar)} so far; ${budget === null ? stateWords[state] : `${stateWords[state]} of ${money(budget)}`}`,
    },
    {
      what: 'The next 30 days',
      value: of(({ cost }) => cost),
      why: `between ${of(({ low }) => low)} and ${of(({ high }) => high)}, from ${replicas.weeks} weeks`,
    },
    {
      what: 'Processes for the next day',
      value: `at most ${replicas.most}`,
      why: `${busiest ? `first at ${timeOf(busiest.at)}; ` : ''}${confidenceWords[replicas.confidence]}`,
    },
    ...optimization.findings.map(({ what, given, used, suggested, savesPerMonth }) => ({
      what: thingWords[what],
      value: `saves ${money(savesPerMonth)} a month`,
      why: `given ${places.format(given)}, used ${places.format(used)}: ${places.format(suggested)} would do`,
    })),
  ];
}
