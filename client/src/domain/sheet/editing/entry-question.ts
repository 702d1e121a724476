import type { TrackerRow } from '@opex/contracts/tracker';
import { Decimal } from 'decimal.js';
import { doubtAbout, likelierReading, type Compared, type Doubt, type Known } from '../../amounts/doubtful-amount.ts';
import type { Unit } from '../../amounts/format.ts';
import { holdsAmount, monthField, periodOf } from '../columns/fields.ts';
import { textOf, valueOf, type RowEdit } from './row-edits.ts';
import type { BadCell } from '../keys/block.ts';

/** Pure: what has to be asked about typed or pasted amounts before anything is done with them. */

/** The same cells as they are understood in one unit. */
export type Reading = { unit: Unit; edits: RowEdit[]; bad: readonly BadCell[] };
export type Doubtful = { row: TrackerRow; field: string; amount: string; doubt: Doubt };
export type Question = {
  shown: Reading;
  /** The unit in which they would fit, when they are far off in the one shown. */
  likelier: Reading | null;
  /** What is doubtful in the unit shown. */
  doubtful: Doubtful[];
};

const yearLength = 12;

/** First the amount that is there now, then what lies near it. */
function knownOf(row: TrackerRow, field: string): Known[] {
  const amountOf = (name: string) => textOf(valueOf(row, name)) || null;
  const now = { when: 'now', amount: amountOf(field) };
  const period = periodOf(field);
  const lastYear = row.previousBudget;
  if (period === null) return [now, { when: 'last year', amount: lastYear }];
  return [
    now,
    { when: 'the month before', amount: period > 1 ? amountOf(monthField(period - 1)) : null },
    { when: 'the month after', amount: period < yearLength ? amountOf(monthField(period + 1)) : null },
    { when: 'a month of last year', amount: new Decimal(lastYear).div(yearLength).toFixed(2) },
  ];
}

type Cell = Compared & { row: TrackerRow; field: string };

function amountsOf(edits: readonly RowEdit[], rows: ReadonlyMap<number, TrackerRow>): Cell[] {
  return edits.flatMap(({ id, values }) => {
    const row = rows.get(id);
    if (!row) return [];
    return Object.entries(values)
      .filter(([field]) => holdsAmount(field))
      .map(([field, value]) => ({ row, field, amount: textOf(value) || null, known: knownOf(row, field) }));
  });
}

/** What is left of readings without the cells that do not fit. */
export const goodOf = (readings: readonly Reading[]): Reading[] => readings.map((reading) => ({ ...reading, bad: [] }));
export const countOf = ({ edits }: Reading) =>
  edits.reduce((count, { values }) => count + Object.keys(values).length, 0);

/** The first reading is in the unit shown. Null when there is nothing to ask. */
export function questionAbout(readings: readonly Reading[], rows: readonly TrackerRow[]): Question | null {
  const [shown] = readings;
  if (!shown) return null;
  const byId = new Map(rows.map((row) => [row.id, row]));
  const cells = readings.map(({ edits, bad }) => (bad.length > 0 ? null : amountsOf(edits, byId)));
  const likelier = readings[likelierReading(cells) ?? -1] ?? null;
  const doubtful = (cells[0] ?? []).flatMap(({ row, field, amount, known }) => {
    const doubt = doubtAbout({ amount, known });
    return doubt && amount !== null ? [{ row, field, amount, doubt }] : [];
  });
  return likelier || doubtful.length > 0 ? { shown, likelier, doubtful } : null;
}
