import type { AuditBatch, AuditEntry } from '@opex/contracts/audit';
import type { UpdateServicesBody } from '@opex/contracts/services';
import type { TrackerRow } from '@opex/contracts/tracker';
import type { ChangedValue } from '../../domain/words/field-words.ts';

/** Pure: how many entries a batch has, what puts its services back to what they were, and what was changed again since. */

export const entriesIn = ({ parts }: AuditBatch) => parts.reduce((sum, { count }) => sum + count, 0);

const edits = ['service.updated', 'service.restored'];
export const isUndoable = ({ parts }: AuditBatch) => parts.every(({ action }) => edits.includes(action));

/** A field of a service that is to be put back. */
export type Cell = { row: TrackerRow; field: string; before: ChangedValue };
/** What it holds now is neither what the batch made it nor what it was before. */
export type Changed = Cell & { now: ChangedValue };

const periodOf = (field: string) => Number(/^months\.(\d+)$/.exec(field)?.[1] ?? 0);
/** As the API takes it: a master by its id. */
const plain = (value: ChangedValue) =>
  typeof value === 'object' && value !== null && 'id' in value ? value.id : value;

function held(row: TrackerRow, field: string): ChangedValue {
  const period = periodOf(field);
  if (period) return row.months?.[period - 1] ?? null;
  const values = row as Record<string, unknown>;
  const value = values[field] as ChangedValue;
  // "vendor" is the name of what "vendorId" refers to.
  const name = field.endsWith('Id') ? values[field.slice(0, -2)] : undefined;
  return typeof value === 'number' && typeof name === 'string' ? { id: value, name } : value;
}

export function wayBack(entries: readonly AuditEntry[], rows: readonly TrackerRow[]) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const cells: Cell[] = [];
  const changed: Changed[] = [];
  for (const { subjectId, changes } of entries) {
    const row = byId.get(subjectId ?? 0);
    if (!row) continue;
    // The year follows from its months.
    for (const [field, { from: before, to }] of Object.entries(changes)) {
      if (field === 'budget') continue;
      const now = held(row, field);
      if (plain(now) === plain(before)) continue;
      if (plain(now) === plain(to)) cells.push({ row, field, before });
      else changed.push({ row, field, before, now });
    }
  }
  return { cells, changed };
}

export function changesOf(cells: readonly Cell[]): UpdateServicesBody['changes'] {
  const rows = new Map<number, { id: number; version: number } & Record<string, unknown>>();
  for (const { row, field, before } of cells) {
    const change = rows.get(row.id) ?? { id: row.id, version: row.version };
    const period = periodOf(field);
    if (period) change['months'] = { ...(change['months'] as object), [period]: before };
    else change[field] = plain(before);
    rows.set(row.id, change);
  }
  return [...rows.values()];
}
