import type { ServiceChange } from '@opex/contracts/services';
import type { TrackerRow } from '@opex/contracts/tracker';
import { isSame } from '../../amounts/money.ts';
import { entryOf, monthField, periodOf } from '../columns/fields.ts';

/** Pure: what an edit means for a row, for the API, for undo, and beside an edit of another person. */

export type MasterName = { id: number; name: string };
/** An amount or a day as a string, a master by id and name, or nothing. */
export type Value = string | MasterName | null;
export type Values = Record<string, Value>;
export type RowEdit = { id: number; values: Values };

export function valueOf(row: TrackerRow, field: string): Value {
  const period = periodOf(field);
  if (period) return row.months?.[period - 1] ?? null;
  const value = (row as Record<string, unknown>)[field];
  const entry = entryOf(field);
  if (entry?.as === 'reference') {
    const id = row[entry.idField];
    return typeof id === 'number' && typeof value === 'string' ? { id, name: value } : null;
  }
  return typeof value === 'string' ? value : null;
}

/** The row as it will read once the edit is saved; what follows from it comes with the answer. */
export function withValues(row: TrackerRow, values: Values): TrackerRow {
  const next: Record<string, unknown> = { ...row };
  for (const [field, value] of Object.entries(values)) {
    const period = periodOf(field);
    const entry = entryOf(field);
    if (period) next.months = withMonth(next.months as TrackerRow['months'], period, value);
    else if (entry?.as === 'reference') {
      const master = value as MasterName | null;
      next[field] = master?.name ?? null;
      next[entry.idField] = master?.id ?? null;
    } else next[field] = value;
  }
  return next as TrackerRow;
}

function withMonth(months: TrackerRow['months'], period: number, value: Value) {
  const next = Array.from({ length: 12 }, (_, index) => months?.[index] ?? null);
  next[period - 1] = typeof value === 'string' ? value : null;
  return next;
}

/** The body of a PATCH. */
export function changeOf(values: Values): ServiceChange {
  const change: Record<string, unknown> = {};
  const months: Record<string, Value> = {};
  for (const [field, value] of Object.entries(values)) {
    const period = periodOf(field);
    const entry = entryOf(field);
    if (period) months[String(period)] = value;
    else if (entry?.as === 'reference') change[entry.idField] = (value as MasterName | null)?.id ?? null;
    else change[field] = value;
  }
  if (Object.keys(months).length > 0) change.months = months;
  return change;
}

/** What puts the row back. A year's budget goes back by its months, because its phasing may not give them again. */
export function inverseOf(row: TrackerRow, values: Values): Values {
  const before: Values = {};
  for (const field of Object.keys(values)) {
    if (field === 'budget' && row.months) {
      for (let period = 1; period <= 12; period++) {
        before[monthField(period)] = valueOf(row, monthField(period));
      }
    } else before[field] = valueOf(row, field);
    // A shared service has no entity of its own: making it dedicated again needs the one it had.
    if (field === 'serviceType' && row.entityId !== null) before.entity = valueOf(row, 'entity');
  }
  return before;
}

const isIn = (edits: readonly RowEdit[], isMeant: (field: string) => boolean) =>
  edits.some(({ values }) => Object.keys(values).some(isMeant));

export const hasAmounts = (edits: readonly RowEdit[]) => isIn(edits, isAmountField);
/** Whose money it is: it moves figures between entities. */
export const movesMoney = (edits: readonly RowEdit[]) =>
  isIn(edits, (field) => field === 'serviceType' || field === 'entity');
/** What one click changes is easily changed by mistake. */
export const needsReason = (edits: readonly RowEdit[]) =>
  hasAmounts(edits) || movesMoney(edits) || isIn(edits, (field) => entryOf(field)?.as === 'choice');

const isAmountField = (field: string) => entryOf(field)?.as === 'amount';

export function isSameValue(field: string, a: Value, b: Value): boolean {
  if (a === null || b === null) return (a ?? '') === (b ?? '');
  if (typeof a === 'object' || typeof b === 'object') {
    return typeof a === 'object' && typeof b === 'object' && a.id === b.id;
  }
  return isAmountField(field) ? isSame(a, b) : a === b;
}

/** Edits that change nothing are left out; null when none is left. */
export function onlyChanges(row: TrackerRow, values: Values): Values | null {
  const kept = Object.entries(values).filter(([field, value]) => !isSameValue(field, valueOf(row, field), value));
  return kept.length > 0 ? Object.fromEntries(kept) : null;
}

export type Conflict = { row: TrackerRow; field: string; mine: Value; theirs: Value };

/** Fields that another person has changed since, to another value than this edit does. */
export function conflictsOf(seen: TrackerRow, fresh: TrackerRow, values: Values): Conflict[] {
  return Object.entries(values).flatMap(([field, mine]) => {
    const theirs = valueOf(fresh, field);
    const isTheirs = !isSameValue(field, valueOf(seen, field), theirs) && !isSameValue(field, theirs, mine);
    return isTheirs ? [{ row: fresh, field, mine, theirs }] : [];
  });
}

export const textOf = (value: Value) => (value === null ? '' : typeof value === 'object' ? value.name : value);
