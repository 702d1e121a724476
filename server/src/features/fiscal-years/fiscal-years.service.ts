import type { FiscalYear, Period } from '@opex/contracts/fiscal-years';
import { keptWhile } from '../../cache/kept.ts';
import type { Caller } from '../../lib/caller.ts';
import { closedWords } from '../../database/problems.ts';
import type { CacheTag } from '../../database/tags.ts';
import { conflict, forbidden, notFound } from '../../lib/errors.ts';
import { today } from '../../lib/time.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './fiscal-years.repository.ts';
import { calendarOf } from './fiscal-years.rules.ts';

/** Newest first. Changes with master data, not with figures. */
export const all = keptWhile(['masters'], repository.findAll);

export type YearContext = { year: FiscalYear; previous: FiscalYear | undefined; earlier: FiscalYear | undefined };

/** The year of a label, or the current one, with the two before it. */
export async function find(label?: string): Promise<YearContext> {
  const years = await all();
  const index = years.findIndex((year) => (label === undefined ? year.current : year.label === label));
  const year = years[index];
  if (!year) throw notFound(label ? `Fiscal year ${label}` : 'The current fiscal year');
  return { year, previous: years[index + 1], earlier: years[index + 2] };
}

/** The months as the database has them now: what may still change is not looked up in memory. */
export const periodsNow = repository.findPeriods;
export const periodsAsked = repository.periodsAsked;

/**
 * Refuses what a closed month keeps. The database does so too, for every writer; here the months are named, and one
 * that is being closed is left to controllers.
 */
export function mustBeOpen(caller: Caller, months: readonly Period[], rule: string) {
  const closed = labelsOf(months, 'CLOSED');
  if (closed.length > 0) throw conflict(closedWords(closed, rule));
  const soft = labelsOf(months, 'SOFT');
  if (soft.length > 0 && !caller.permissions.has('soft-months.edit'))
    throw forbidden(`${soft.join(', ')} is being closed; only a controller can change it now`);
}

export const labelsOf = (months: readonly Period[], state: Period['state']) =>
  months.filter((month) => month.state === state).map(({ label }) => label);

const tags: CacheTag[] = ['figures', 'masters'];
const subjectOf = ({ id, label }: { id: number; label: string }): audit.Subject => ({ type: 'fiscal-year', id, label });

/** A new installation has a year to plan in: the one that today lies in. */
export async function ensureFirstYear(day = today()): Promise<void> {
  if ((await repository.findAll()).length > 0) return;
  const { fiscalYearStartMonth } = await settings.current();
  const calendar = calendarOf(day, fiscalYearStartMonth);
  await change({ id: null, name: 'Installation' }, { tags }, async (tx) => {
    const id = await repository.insertYear(calendar, tx);
    const { label, startDate, endDate } = calendar;
    const changes = audit.differences({}, { label, startDate, endDate });
    const entries = { action: 'fiscal-year.created' as const, subject: subjectOf({ id, label }), changes };
    return { answer: undefined, entries };
  });
}

/** Once a month is over, year-to-date figures include it. Mostly there is nothing to do. */
export async function advanceReported(): Promise<void> {
  if (!(await repository.reportedIsBehind())) return;
  await change({ id: null, name: 'Calendar' }, { tags, timeoutMs: 600_000 }, async (tx) => {
    const moved = await repository.advanceReported(tx);
    const entries = moved.map((year) => ({
      action: 'fiscal-year.reported' as const,
      subject: subjectOf(year),
      changes: { reportedThrough: { from: null, to: year.through } },
    }));
    return { answer: undefined, entries };
  });
}
