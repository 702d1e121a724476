import { groupBy } from '../../lib/objects.ts';
import { dayMs, dayOf, hourMs } from '../../lib/time.ts';
import { mean, sum } from '../../lib/numbers.ts';
import { startOf, type Usage } from './costs.rules.ts';

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
    const weight = sum(found.map((one) => one.weight));
    const value = weight > 0 ? sum(found.map((one) => one.value * one.weight)) / weight : mean(values);
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

/** Whole hours only: the one that goes on would tell of a fall. */
export const wholeHours = (usage: Usage[], now: number, of: (hour: Usage) => number) =>
  usage
    .filter(({ hour }) => hour.getTime() < startOf(now, hourMs))
    .map((usageOfHour) => ({ hour: usageOfHour.hour, value: of(usageOfHour) }));

/** What is expected of each day, from what is expected of its hours. */
export const expectedOfDays = (hours: Expected[]) =>
  [...groupBy(hours, ({ at }) => dayOf(at))].map(([day, ofDay]) => ({
    day,
    value: sum(ofDay.map(({ value }) => value)),
    low: sum(ofDay.map(({ low }) => low)),
    high: sum(ofDay.map(({ high }) => high)),
  }));

/** The weeks that an hour was told by, in the mean. */
export const weeksOf = (hours: Expected[]) => Math.round(mean(hours.map(({ weeks }) => weeks)));

const confidences = ['none', 'low', 'fair', 'fair', 'good'] as const;
export const confidenceOf = (weeks: number) =>
  confidences[Math.min(confidences.length - 1, Math.floor(weeks))] ?? 'none';
