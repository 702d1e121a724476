import type { CostsDaily, CostsForecast, CostsNow, CostsOptimization, SuggestedReplicas } from '@opex/contracts/costs';
import { config } from '../../config.ts';
import { inTransaction } from '../../database/transaction.ts';
import { AppError } from '../../lib/errors.ts';
import { logger } from '../../lib/logger.ts';
import { costPerHour, dailyBudget, dailyCost, httpRequests } from '../../lib/metrics.ts';
import { dayMs, hourMs } from '../../lib/time.ts';
import * as repository from './costs.repository.ts';
import * as rules from './costs.rules.ts';
import type { Usage } from './costs.rules.ts';
import { confidenceOf, expected, expectedOfDays, weeksOf, wholeHours } from './forecast.rules.ts';

const prices: rules.Prices = {
  ...{ coreHour: config.COST_CORE_HOUR, gibHour: config.COST_GIB_HOUR, fixedHour: config.COST_FIXED_HOUR },
  ...{ cores: config.COST_PROCESS_CORES, gib: config.COST_PROCESS_GIB },
};
const currency = config.COST_CURRENCY;
const budget = config.COST_BUDGET_DAY;
const text = (amount: number) => amount.toFixed(2);
const short = (number: number) => Math.round(number * 1000) / 1000;

/** As far back as a forecast looks. */
const keptDays = 64;
const daysAgo = (days: number) => new Date(rules.startOf(Date.now(), dayMs) - days * dayMs);

/** Routes ask first: where nothing is counted there is nothing to say. */
function usageOf(days: number): Promise<Usage[]> {
  if (config.COSTS === 'off')
    throw new AppError(404, 'What the installation costs is not counted: the setting COSTS is off');
  return repository.since(daysAgo(days));
}

let counted = { at: performance.now(), cpu: process.cpuUsage(), requests: 0 };

/** What this process used since it did so the last time. */
export async function countUsage(): Promise<void> {
  const at = performance.now();
  const { user, system } = process.cpuUsage(counted.cpu);
  const requests = (await httpRequests.get()).values.reduce((sum, { value }) => sum + value, 0);
  const seconds = (at - counted.at) / 1000;
  const usage: Usage = {
    hour: new Date(rules.startOf(Date.now(), hourMs)),
    processSeconds: seconds,
    cpuSeconds: (user + system) / 1e6,
    gibSeconds: (process.memoryUsage.rss() / 2 ** 30) * seconds,
    requests: requests - counted.requests,
  };
  await inTransaction([], (tx) => repository.add(usage, tx));
  counted = { at, cpu: process.cpuUsage(), requests };
}

export const clean = () => inTransaction([], (tx) => repository.removeBefore(daysAgo(keptDays), tx));

export async function realtime(): Promise<CostsNow> {
  const now = Date.now();
  const usage = await usageOf(1);
  const rate = rules.rateOf(usage, now);
  const perHour = rules.costPerHour(rate.processes, prices);
  const day = rules.costOfToday(usage, perHour, now, prices);
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
  const days = rules.costOfDays(await usageOf(30), prices);
  return {
    currency,
    days: days.map(({ day, cost, processes, requests }) => ({
      day,
      cost: text(cost),
      processes: short(processes),
      requests,
      state: rules.stateOf(cost, budget),
    })),
  };
}

async function knownHours(now: number, of: (hour: Usage) => number) {
  return wholeHours(await usageOf(keptDays), now, of);
}

export async function forecast(): Promise<CostsForecast> {
  const now = Date.now();
  const tomorrow = new Date(rules.startOf(now, dayMs) + dayMs);
  const hours = expected(await knownHours(now, (hour) => rules.costOf(hour, prices)), tomorrow, 30 * 24);
  return {
    ...{ currency, weeks: weeksOf(hours) },
    days: expectedOfDays(hours).map(({ day, value, low, high }) => ({
      day,
      cost: text(value),
      low: text(low),
      high: text(high),
      state: rules.stateOf(value, budget),
    })),
  };
}

export async function replicas(): Promise<SuggestedReplicas> {
  const now = Date.now();
  const next = new Date(rules.startOf(now, hourMs) + hourMs);
  const cores = expected(await knownHours(now, ({ cpuSeconds }) => cpuSeconds / 3600), next, 24);
  const needed = (value: number) => rules.replicasFor(value, prices.cores);
  const weeks = weeksOf(cores);
  return {
    ...{ weeks, confidence: confidenceOf(weeks), most: Math.max(...cores.map(({ value }) => needed(value))) },
    hours: cores.map(({ at, value, low, high }) => ({
      at: at.toISOString(),
      replicas: needed(value),
      low: needed(low),
      high: needed(high),
    })),
  };
}

export async function optimization(): Promise<CostsOptimization> {
  const usage = await usageOf(14);
  return {
    ...{ currency, hours: usage.length },
    findings: rules.findings(usage, prices).map(({ what, given, used, suggested, savesPerMonth }) => ({
      what,
      given: short(given),
      used: short(used),
      suggested: short(suggested),
      savesPerMonth: text(savesPerMonth),
    })),
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
    logger.warn('The cost of today comes near its budget or passes it', day);
  }
}
