import type { budgetStates } from '@opex/contracts/costs';
import { groupBy } from '../../lib/objects.ts';
import { dayMs, dayOf, hourMs } from '../../lib/time.ts';
import { mean, quantile, sum } from '../../lib/numbers.ts';

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

export const hoursOfMonth = 730;
/** When the hour or the day began that the moment lies in. */
export const startOf = (moment: number, part: number) => Math.floor(moment / part) * part;

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

/** An hour that has just begun says little, so the one before it is looked at with it. */
export function rateOf(usage: Usage[], now: number) {
  const thisHour = startOf(now, hourMs);
  const recent = usage.filter(({ hour }) => hour.getTime() >= thisHour - hourMs);
  const begun = Math.min(...recent.map(({ hour }) => hour.getTime()), thisHour);
  const seconds = Math.max(60, (now - begun) / 1000);
  const perSecond = (of: (hour: Usage) => number) => sum(recent.map(of)) / seconds;
  return {
    processes: perSecond(({ processSeconds }) => processSeconds),
    coresUsed: perSecond(({ cpuSeconds }) => cpuSeconds),
    gibUsed: perSecond(({ gibSeconds }) => gibSeconds),
    requestsPerSecond: perSecond(({ requests }) => requests),
  };
}

export const costPerHour = (processes: number, prices: Prices) => costOfProcesses(processes, prices) + prices.fixedHour;

/** What today has cost, and what it will have cost in the end if it goes on at this cost an hour. */
export function costOfToday(usage: Usage[], perHour: number, now: number, prices: Prices) {
  const begun = startOf(now, dayMs);
  const hours = usage.filter(({ hour }) => hour.getTime() >= begun);
  const processes = sum(hours.map((hour) => costOf(hour, prices, 0)));
  const soFar = processes + (prices.fixedHour * (now - begun)) / hourMs;
  return { soFar, expected: soFar + (perHour * (begun + dayMs - now)) / hourMs };
}

/** What each day cost, and how many processes it had in the mean of the hours that are known. */
export const costOfDays = (usage: Usage[], prices: Prices) =>
  [...groupBy(usage, ({ hour }) => dayOf(hour))].map(([day, hours]) => ({
    day,
    cost: sum(hours.map((hour) => costOf(hour, prices))),
    processes: mean(hours.map(({ processSeconds }) => processSeconds / 3600)),
    requests: sum(hours.map(({ requests }) => requests)),
  }));

/** As the autoscaler has it: a process uses so much of what it is given, and one of them may die. */
const targetShare = 0.7;
const fewest = 2;
export const replicasFor = (cores: number, given: number) => Math.max(fewest, Math.ceil(cores / (given * targetShare)));

export interface Finding {
  what: 'cores' | 'memory' | 'processes';
  given: number;
  used: number;
  suggested: number;
  savesPerMonth: number;
}

/** The busy hours count: what nineteen of twenty hours stay below. A finding that saves nothing is none. */
export function findings(usage: Usage[], prices: Prices): Finding[] {
  const busy = (of: (hour: Usage) => number) => quantile(usage.map(of), 0.95);
  const running = usage.filter(({ processSeconds }) => processSeconds > 0);
  if (running.length === 0) return [];
  const perProcess = (of: (hour: Usage) => number) =>
    busy((hour) => (hour.processSeconds > 0 ? of(hour) / hour.processSeconds : 0));
  const processes = mean(running.map(({ processSeconds }) => processSeconds / 3600));
  const cores = perProcess(({ cpuSeconds }) => cpuSeconds);
  const gib = perProcess(({ gibSeconds }) => gibSeconds);
  const needed = mean(running.map(({ cpuSeconds }) => replicasFor(cpuSeconds / 3600, prices.cores)));
  const found = [
    {
      ...{ what: 'cores' as const, given: prices.cores, used: cores, suggested: roundUp(cores / targetShare, 0.05) },
      spared: (cut: number) => cut * prices.coreHour * processes,
    },
    {
      ...{ what: 'memory' as const, given: prices.gib, used: gib, suggested: roundUp(gib * 1.3, 0.0625) },
      spared: (cut: number) => cut * prices.gibHour * processes,
    },
    {
      ...{ what: 'processes' as const, given: processes, used: needed, suggested: Math.ceil(needed) },
      spared: (cut: number) => costOfProcesses(cut, prices),
    },
  ];
  return found
    .map(({ spared, ...finding }) => ({
      ...finding,
      savesPerMonth: spared(finding.given - finding.suggested) * hoursOfMonth,
    }))
    .filter(({ savesPerMonth }) => savesPerMonth >= 0.01);
}

const roundUp = (value: number, step: number) => Math.max(step, Math.ceil(value / step - 1e-9) * step);
