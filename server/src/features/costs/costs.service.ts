import type { CostsDaily, CostsForecast, CostsNow, CostsOptimization, SuggestedReplicas } from '@opex/contracts/costs';
import { config } from '../../config.ts';
import { inTransaction } from '../../database/transaction.ts';
import { AppError } from '../../lib/errors.ts';
import { logger } from '../../lib/logger.ts';
import { costPerHour, dailyBudget, dailyCost, httpRequests } from '../../lib/metrics.ts';
import { groupBy } from '../../lib/objects.ts';
import * as repository from './costs.repository.ts';
import * as rules from './costs.rules.ts';
import type { Usage } from './costs.rules.ts';

const prices: rules.Prices = {
  ...{ coreHour: config.COST_CORE_HOUR, gibHour: config.COST_GIB_HOUR, fixedHour: config.COST_FIXED_HOUR },
  ...{ cores: config.COST_PROCESS_CORES, gib: config.COST_PROCESS_GIB },
};
const currency = config.COST_CURRENCY;
const budget = config.COST_BUDGET_DAY;
const text = (amount: number) => amount.toFixed(2);
const short = (number: number) => Math.round(number * 1000) / 1000;
const startOf = (ms: number, part: number) => new Date(Math.floor(ms / part) * part);

/** Routes ask first: where nothing is counted there is nothing to say. */
function usageOf(days: number): Promise<Usage[]> {
  if (config.COSTS === 'off')
    throw new AppError(404, 'What the installation costs is not counted: the setting COSTS is off');
  return repository.since(new Date(startOf(Date.now(), rules.dayMs).getTime() - days * rules.dayMs));
}

let counted = { at: performance.now(), cpu: process.cpuUsage(), requests: 0 };

/** What this process used since it did so the last time. */
export async function countUsage(): Promise<void> {
  const at = performance.now();
  const { user, system } = process.cpuUsage(counted.cpu);
  const requests = (await httpRequests.get()).values.reduce((sum, { value }) => sum + value, 0);
  const seconds = (at - counted.at) / 1000;
  const usage: Usage = {
    hour: startOf(Date.now(), rules.hourMs),
    processSeconds: seconds,
    cpuSeconds: (user + system) / 1e6,
    gibSeconds: (process.memoryUsage.rss() / 2 ** 30) * seconds,
    requests: requests - counted.requests,
  };
  await inTransaction([], (tx) => repository.add(usage, tx));
  counted = { at, cpu: process.cpuUsage(), requests };
}

/** An hour that has just begun says little, so the one before it is looked at with it. */
function rateNow(usage: Usage[], now: number) {
  const thisHour = startOf(now, rules.hourMs).getTime();
  const recent = usage.filter(({ hour }) => hour.getTime() >= thisHour - rules.hourMs);
  const begun = Math.min(...recent.map(({ hour }) => hour.getTime()), thisHour);
  const seconds = Math.max(60, (now - begun) / 1000);
  const perSecond = (of: (hour: Usage) => number) => recent.reduce((sum, hour) => sum + of(hour), 0) / seconds;
  return {
    processes: perSecond(({ processSeconds }) => processSeconds),
    coresUsed: perSecond(({ cpuSeconds }) => cpuSeconds),
    gibUsed: perSecond(({ gibSeconds }) => gibSeconds),
    requestsPerSecond: perSecond(({ requests }) => requests),
  };
}

function today(usage: Usage[], perHour: number, now: number) {
  const begun = startOf(now, rules.dayMs).getTime();
  const hours = usage.filter(({ hour }) => hour.getTime() >= begun);
  const processes = hours.reduce((sum, hour) => sum + rules.costOf(hour, prices, 0), 0);
  const soFar = processes + (prices.fixedHour * (now - begun)) / rules.hourMs;
  return { soFar, expected: soFar + (perHour * (begun + rules.dayMs - now)) / rules.hourMs };
}

export async function realtime(): Promise<CostsNow> {
  const now = Date.now();
  const usage = await usageOf(1);
  const rate = rateNow(usage, now);
  const perHour = rules.costOfProcesses(rate.processes, prices) + prices.fixedHour;
  const day = today(usage, perHour, now);
  return {
    ...{ currency, at: new Date(now).toISOString(), perHour: text(perHour) },
    ...{ processes: short(rate.processes), coresUsed: short(rate.coresUsed), gibUsed: short(rate.gibUsed) },
    requestsPerSecond: short(rate.requestsPerSecond),
    today: {
      ...{ soFar: text(day.soFar), expected: text(day.expected) },
      ...{ budget: budget === undefined ? null : text(budget), state: rules.stateOf(day.expected, budget) },
    },
  };
}

export async function daily(): Promise<CostsDaily> {
  const days = groupBy(await usageOf(30), ({ hour }) => rules.dayOf(hour));
  return {
    currency,
    days: [...days].map(([day, hours]) => {
      const cost = hours.reduce((sum, hour) => sum + rules.costOf(hour, prices), 0);
      const processes = hours.reduce((sum, { processSeconds }) => sum + processSeconds, 0) / 3600 / hours.length;
      const requests = hours.reduce((sum, hour) => sum + hour.requests, 0);
      return { day, cost: text(cost), processes: short(processes), requests, state: rules.stateOf(cost, budget) };
    }),
  };
}

/** Whole hours only: the one that goes on would tell of a fall. */
async function wholeHours(of: (hour: Usage) => number) {
  const thisHour = startOf(Date.now(), rules.hourMs).getTime();
  const usage = (await usageOf(64)).filter(({ hour }) => hour.getTime() < thisHour);
  return usage.map((hour) => ({ hour: hour.hour, value: of(hour) }));
}

const meanWeeks = (hours: rules.Expected[]) =>
  Math.round(hours.reduce((sum, { weeks }) => sum + weeks, 0) / hours.length);

export async function forecast(): Promise<CostsForecast> {
  const tomorrow = new Date(startOf(Date.now(), rules.dayMs).getTime() + rules.dayMs);
  const hours = rules.expected(await wholeHours((hour) => rules.costOf(hour, prices)), tomorrow, 30 * 24);
  const days = groupBy(hours, ({ at }) => rules.dayOf(at));
  return {
    ...{ currency, weeks: meanWeeks(hours) },
    days: [...days].map(([day, ofDay]) => {
      const sum = (of: (hour: rules.Expected) => number) => ofDay.reduce((total, hour) => total + of(hour), 0);
      const cost = sum(({ value }) => value);
      return { day, cost: text(cost), low: text(sum(({ low }) => low)), high: text(sum(({ high }) => high)), state: rules.stateOf(cost, budget) }; // prettier-ignore
    }),
  };
}

export async function replicas(): Promise<SuggestedReplicas> {
  const next = new Date(startOf(Date.now(), rules.hourMs).getTime() + rules.hourMs);
  const cores = rules.expected(await wholeHours(({ cpuSeconds }) => cpuSeconds / 3600), next, 24);
  const needed = (value: number) => rules.replicasFor(value, prices.cores);
  const hours = cores.map(({ at, value, low, high }) => ({ at: at.toISOString(), replicas: needed(value), low: needed(low), high: needed(high) })); // prettier-ignore
  const weeks = meanWeeks(cores);
  return { weeks, confidence: rules.confidenceOf(weeks), most: Math.max(...hours.map((hour) => hour.replicas)), hours };
}

export async function optimization(): Promise<CostsOptimization> {
  const usage = await usageOf(14);
  const found = rules.findings(usage, prices);
  return {
    ...{ currency, hours: usage.length },
    findings: found.map(({ savesPerMonth, given, used, suggested, what }) => ({ what, given: short(given), used: short(used), suggested: short(suggested), savesPerMonth: text(savesPerMonth) })), // prettier-ignore
  };
}

let told = '';

/** For Prometheus and the log: a day over its budget is told once. */
export async function watchCosts(): Promise<void> {
  const { perHour, at, today: day } = await realtime();
  costPerHour.set(Number(perHour));
  dailyCost.set(Number(day.expected));
  dailyBudget.set(budget ?? 0);
  const tellable = `${at.slice(0, 10)} ${day.state}`;
  if ((day.state === 'near' || day.state === 'over') && told !== tellable) {
    told = tellable;
    logger.warn('The cost of today comes near its budget or passes it', { expected: day.expected, budget: day.budget, state: day.state }); // prettier-ignore
  }
}
