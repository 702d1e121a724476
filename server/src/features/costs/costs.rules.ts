import type { budgetStates } from '@opex/contracts/costs';

/** What all processes together used in an hour. */
export interface Usage {
  hour: Date;
  processSeconds: number;
  cpuSeconds: number;
  gibSeconds: number;
  requests: number;
}

export interface Prices {
  coreHour: number;
  gibHour: number;
  /** Of what costs the same whatever is used. */
  fixedHour: number;
  /** What a process is given. */
  cores: number;
  gib: number;
}

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const hoursOfMonth = 730;
export const dayOf = (at: Date) => at.toISOString().slice(0, 10);
const mean = (numbers: number[]) => numbers.reduce((sum, one) => sum + one, 0) / Math.max(1, numbers.length);

/** What processes are given is paid for, whether they use it or not. */
export const costOfProcesses = (processHours: number, { coreHour, gibHour, cores, gib }: Prices) =>
  processHours * (cores * coreHour + gib * gibHour);

/** Of the part of an hour that has passed. */
export const costOf = ({ processSeconds }: Usage, prices: Prices, passed = 1) =>
  costOfProcesses(processSeconds / 3600, prices) + prices.fixedHour * passed;

export function stateOf(cost: number, budget: number | undefined): (typeof budgetStates)[number] {
  if (budget === undefined) return 'no-budget';
  if (cost > budget) return 'over';
  return cost >= 0.8 * budget ? 'near' : 'within';
}

export interface Expected {
  at: Date;
  value: number;
  low: number;
  high: number;
  /** The same hours of earlier weeks that it was made of. */
  weeks: number;
}

const weeksLooked = 4;

/**
 * What to expect, each hour from `from` on: people come by weekday and hour, so the same hour of the last four weeks tells, the later
 * the more. An hour that no week knows is taken as the same hour of other days, and as all hours if there is none.
 */
export function expected(history: { hour: Date; value: number }[], from: Date, hours: number): Expected[] {
  const known = new Map(history.map(({ hour, value }) => [hour.getTime(), value]));
  const byHour = new Map<number, number[]>();
  for (const { hour, value } of history)
    byHour.set(hour.getUTCHours(), [...(byHour.get(hour.getUTCHours()) ?? []), value]);
  const inAll = mean([...known.values()]);
  return Array.from({ length: hours }, (_, index) => {
    const at = new Date(from.getTime() + index * hourMs);
    const found = sameHours(known, at);
    const other = byHour.get(at.getUTCHours());
    const values = found.length > 0 ? found.map(({ value }) => value) : (other ?? [inAll]);
    const weight = found.reduce((sum, { weight: one }) => sum + one, 0);
    const value = weight > 0 ? found.reduce((sum, one) => sum + one.value * one.weight, 0) / weight : mean(values);
    return { at, value, low: Math.min(...values), high: Math.max(...values), weeks: found.length };
  });
}

/** The forecast reaches further than a week, so it looks for the last weeks that are known. */
function sameHours(known: Map<number, number>, at: Date) {
  const found: { value: number; weight: number }[] = [];
  for (let week = 1; week <= 2 * weeksLooked + 1 && found.length < weeksLooked; week++) {
    const value = known.get(at.getTime() - week * 7 * dayMs);
    if (value !== undefined) found.push({ value, weight: weeksLooked - found.length });
  }
  return found;
}

/** As the autoscaler has it: processes use so much of what they are given; one may die. */
const targetShare = 0.7;
const fewest = 2;
export const replicasFor = (cores: number, given: number) => Math.max(fewest, Math.ceil(cores / (given * targetShare)));

export const confidenceOf = (weeks: number) => (['none', 'low', 'fair', 'fair', 'good'] as const)[Math.min(4, Math.floor(weeks))] ?? 'none'; // prettier-ignore

export interface Finding {
  what: 'cores' | 'memory' | 'processes';
  given: number;
  used: number;
  suggested: number;
  savesPerMonth: number;
}

/** The busy hours count: what nineteen of twenty hours stay below. A finding that saves nothing is none. */
export function findings(usage: Usage[], prices: Prices): Finding[] {
  const busy = (of: (hour: Usage) => number) => {
    const sorted = usage.map(of).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
  };
  const running = usage.filter(({ processSeconds }) => processSeconds > 0);
  if (running.length === 0) return [];
  const perProcess = (of: (hour: Usage) => number) => busy((hour) => (hour.processSeconds > 0 ? of(hour) / hour.processSeconds : 0)); // prettier-ignore
  const processes = mean(running.map(({ processSeconds }) => processSeconds / 3600));
  const cores = perProcess(({ cpuSeconds }) => cpuSeconds);
  const gib = perProcess(({ gibSeconds }) => gibSeconds);
  const needed = mean(running.map(({ cpuSeconds }) => replicasFor(cpuSeconds / 3600, prices.cores)));
  const coresFor = roundUp(cores / targetShare, 0.05);
  const gibFor = roundUp(gib * 1.3, 0.0625);
  const found: Finding[] = [
    { what: 'cores', given: prices.cores, used: cores, suggested: coresFor, savesPerMonth: (prices.cores - coresFor) * prices.coreHour * processes * hoursOfMonth }, // prettier-ignore
    { what: 'memory', given: prices.gib, used: gib, suggested: gibFor, savesPerMonth: (prices.gib - gibFor) * prices.gibHour * processes * hoursOfMonth }, // prettier-ignore
    { what: 'processes', given: processes, used: needed, suggested: Math.ceil(needed), savesPerMonth: costOfProcesses((processes - Math.ceil(needed)) * hoursOfMonth, prices) }, // prettier-ignore
  ];
  return found.filter(({ savesPerMonth }) => savesPerMonth >= 0.01);
}

const roundUp = (value: number, step: number) => Math.max(step, Math.ceil(value / step - 1e-9) * step);
