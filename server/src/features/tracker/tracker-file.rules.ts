import type { CatalogueField } from '@opex/contracts/fields/catalogue';
import { type FigureField, figureFields, monthFigureFields, serviceFields } from '@opex/contracts/fields/service';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { monthFields, periodOf } from '@opex/contracts/tracker';
import type { Column, Value } from '../../workbooks/to-write.ts';

const figures: Record<string, FigureField> = { ...figureFields, ...monthFigureFields };

type Years = Record<'previous' | 'earlier', FiscalYear | undefined> & { year: FiscalYear };
export type FileRow = Record<string, Value> & { months?: (string | null)[] };
export type FileColumn = Column & { read: (row: FileRow) => Value };

/** Figures of a month are there where a month is asked for. */
export const allColumns = (hasMonth: boolean): string[] =>
  [serviceFields, figureFields, hasMonth ? monthFigureFields : {}]
    .flatMap((fields) => Object.keys(fields))
    .concat(monthFields);

/** With all twelve months beside it, the year's budget adds them up, so that it follows when somebody changes one. */
export function columnsOf(names: readonly string[], years: Years, month: number | undefined): FileColumn[] {
  const first = names.indexOf(monthFields[0] ?? '');
  const isWholeYear = first >= 0 && monthFields.every((name, index) => names[first + index] === name);
  return names.map((name) => ({
    ...columnOf(name, years, month),
    ...(isWholeYear && name === 'budget' && { sums: [first, first + monthFields.length - 1] as const }),
  }));
}

/** In a file a column says of itself which year or month it is of: nothing else does. */
function columnOf(name: string, years: Years, month: number | undefined): FileColumn {
  const period = periodOf(name);
  const labelOf = (number: number | null | undefined) =>
    years.year.periods.find((one) => one.number === number)?.label ?? 'Month';
  if (period) return { title: labelOf(period), as: 'amount', width: 14, read: ({ months }) => months?.[period - 1] };
  const read = (row: FileRow) => row[name];
  const field = (serviceFields as Record<string, CatalogueField>)[name];
  if (field) return { title: field.title, ...lookOf(field), read };
  return { title: figureTitle(name, years, labelOf(month)), as: 'amount', width: 16, read };
}

function lookOf({ kind }: CatalogueField): Omit<Column, 'title'> {
  if (kind === 'day') return { as: 'date', width: 13 };
  return { as: 'text', width: kind === 'text' ? 40 : kind === 'line' || kind === 'reference' ? 24 : 14 };
}

function figureTitle(name: string, { year, previous, earlier }: Years, month: string): string {
  const { title, group } = figures[name] ?? { title: name, group: 'Year' };
  if (group === 'Month') return title.replace('of the month', month);
  if (group === 'Earlier years') {
    const before = name.startsWith('previous') ? previous : earlier;
    return before ? `${before.label} ${name.endsWith('Budget') ? 'Budget' : 'Actual'}` : title;
  }
  return `${year.label} ${title}`;
}
