import { asMonthOfEntity } from '@opex/contracts/import-kinds';
import type { MonthNumbering } from '@opex/contracts/import-findings';
import { fromUnits, toUnits } from '../../../lib/amounts/money.ts';
import { periodOf, type Year } from '../columns.rules.ts';
import type { FileRow } from '../columns.rules.ts';
import { numbered } from './months-of-entities.rules.ts';

/** An amount of a row, in the currency of the company; null: it says CLEAR. */
export type CellOfRow = {
  field: string;
  entityId: number;
  month: number;
  amount: string | null;
  /** How it came about, where it was converted. */
  words?: string;
};

type How = { year: Year; months: MonthNumbering | undefined; idOf: (name: string) => number | undefined };
type Refused = { field: string; reason: string };

/** What a row says by entity and month: in columns of their own, or in one amount with its entity and month. */
export function amountsOf(
  row: FileRow,
  columns: ReadonlyMap<string, string>,
  how: How,
): { cells: CellOfRow[] } | Refused {
  const cells = Object.entries(row.values).flatMap(([field, amount]) => {
    const place = asMonthOfEntity(field);
    return place ? [{ field, ...place, amount }] : [];
  });
  if (!columns.has('amount')) return { cells };
  const { entity, month, amount } = row.values;
  if (amount === undefined) return { cells };
  if (!entity) return { field: 'entity', reason: 'This row has an amount and no entity' };
  const entityId = how.idOf(entity);
  if (entityId === undefined) return { field: 'entity', reason: 'There is no entity with this name' };
  if (!month) return { field: 'month', reason: 'This row has an amount and no month' };
  const number = monthOf(month, how);
  if (number === undefined) return { field: 'month', reason: `This is no month of ${how.year.label}` };
  return { cells: [...cells, { field: 'amount', entityId, month: number, amount }] };
}

/** `2025-04`, `04` by its name alone, `P01`, or `#4` as it was said what numbers are; alone, a number is the month of the calendar. */
function monthOf(text: string, { year, months }: How): number | undefined {
  const [, period] = /^P(\d\d)$/.exec(text) ?? [];
  if (period) return Number(period);
  const [, digits] = /^#(\d+)$/.exec(text) ?? [];
  if (digits) return numbered(Number(digits), { year, months });
  const [, said, month] = /^(?:(\d{4})-)?(\d\d)$/.exec(text) ?? [];
  return periodOf({ month: Number(month), ...(said && { year: Number(said) }) }, year);
}

type RowOfCells = { number: number; serviceId: number; cells: CellOfRow[] };
export type Sum = {
  amount: string | null;
  /** The rows that add to it. */
  rows: number[];
  /** Why none of them can be loaded. */
  rejected?: string;
};

/** What the rows of a file add up to, by service, entity and month. */
export function sumsOf(rows: readonly RowOfCells[]): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { number, serviceId, cells } of rows) {
    for (const { entityId, month, amount } of cells) {
      const key = `${serviceId}:${entityId}:${month}`;
      const sum = sums.get(key);
      if (!sum) sums.set(key, { amount, rows: [number] });
      else {
        sum.rows.push(number);
        if (sum.amount === null || amount === null)
          sum.rejected = `Rows ${sum.rows.join(' and ')} say an amount and CLEAR of the same month`;
        else sum.amount = fromUnits(toUnits(sum.amount) + toUnits(amount));
      }
    }
  }
  return sums;
}
