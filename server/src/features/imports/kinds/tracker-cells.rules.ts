import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportCell } from '@opex/contracts/imports';
import type { MasterKind } from '@opex/contracts/masters';
import { fromUnits, toUnits } from '../../../lib/amounts/money.ts';
import { monthTitle } from '../columns.rules.ts';
import { type Field, isReference } from './tracker-fields.rules.ts';
import { actualOf, budgetOf, fieldOf, valueOf } from './tracker-values.rules.ts';

type Values = Record<string, string | null>;
type Sides = { before: Values; after: Values; isSpread: boolean };
type Words = {
  year: FiscalYear;
  columns: ReadonlyMap<string, string>;
  names: { nameOf(kind: MasterKind, id: number): string };
  keys: readonly { id: number; name: string }[];
};

/** The values of a row that change, for people: names instead of ids, and the year before its months. */
export function cellsOf(changed: readonly string[], { before, after, isSpread }: Sides, words: Words): ImportCell[] {
  const { columns, year, names } = words;
  const totalOf = (values: Values) => fromUnits(year.periods.reduce((sum, { number }) => sum + toUnits(values[valueOf.budget(number)] ?? '0'), 0n)); // prettier-ignore
  const ofYear = isSpread && changed.some(budgetOf) ? [{ column: columns.get('budget') ?? null, title: `Budget ${year.label}`, from: totalOf(before), to: totalOf(after) }] : []; // prettier-ignore
  const cells = changed.flatMap((key): ImportCell[] => {
    const [from, to] = [before[key] ?? null, after[key] ?? null];
    const field = fieldOf(key);
    if (field) {
      const said = (value: string | null) => (value === null ? null : nameIn(field, value, words));
      return [{ column: columns.get(field.name) ?? null, title: field.field.title, from: said(from), to: said(to), isText: true }]; // prettier-ignore
    }
    const spent = actualOf(key);
    if (spent) {
      const title = `${monthTitle(spent.month, year)}, ${names.nameOf('entities', spent.entityId)}`;
      return [{ column: columns.get(`actual${spent.month}:${spent.entityId}`) ?? null, title, from, to }];
    }
    const month = budgetOf(key);
    if (month) return [{ column: null, title: `Budget, ${monthTitle(month, year)}`, from, to }];
    return key === valueOf.remark ? [{ column: columns.get('remark') ?? null, title: 'Remark', from: null, to, isText: true }] : []; // prettier-ignore
  });
  return [...cells.filter(({ isText }) => isText), ...ofYear, ...cells.filter(({ isText }) => !isText)];
}

function nameIn({ field }: Field, value: string, { names, keys }: Words): string {
  if (!isReference(field)) return value;
  if (field.of !== 'allocation-keys') return names.nameOf(field.of, Number(value));
  return keys.find(({ id }) => id === Number(value))?.name ?? value;
}
