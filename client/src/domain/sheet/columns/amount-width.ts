import type { TrackerList } from '@opex/contracts/tracker';
import { amountWidth } from '../../../lib/text-width.ts';
import { fields, monthFields, periodOf } from './fields.ts';
import { valueOf } from '../editing/row-edits.ts';

const amountFields = fields.filter(({ kind }) => kind === 'amount').map(({ field }) => field);

/** The padding of a cell, and room for a sign that rounding of pixels must not take. */
const aroundPx = 14;

/** By column, how wide it must be so that no amount of the page is ever cut off: half an amount reads like a whole one. */
export type Widths = Record<string, number>;

export function amountWidths(page: TrackerList | undefined, format: (amount: string) => string): Widths {
  if (!page) return {};
  const widest = (field: string) => {
    const totals = [(page.totals as Record<string, string | undefined>)[field], ...monthTotalsOf(page, field)];
    const amounts = [...totals, ...page.data.map((row) => valueOf(row, field))];
    const sign = /variance/i.test(field) ? '+' : '';
    return aroundPx + longest(amounts, (amount) => amountWidth(sign + format(amount)));
  };
  return Object.fromEntries([...amountFields, ...monthFields].map((field) => [field, widest(field)]));
}

/** With the variance, which may be as wide as either and has a sign. */
function monthTotalsOf({ monthTotals }: TrackerList, field: string): string[] {
  const period = periodOf(field);
  const [budget, actual] = [monthTotals?.budget, monthTotals?.actual].map((months) => period && months?.[period - 1]);
  return budget && actual ? [`-${budget}`, `-${actual}`] : [];
}

/** The longest decimal strings are the longest when formatted: only those need to be measured. */
function longest(amounts: readonly unknown[], widthOf: (amount: string) => number): number {
  const texts = amounts.filter((amount) => typeof amount === 'string');
  const most = Math.max(0, ...texts.map(({ length }) => length));
  const measured = texts.filter(({ length }) => length >= most - 1).slice(0, 20);
  return Math.max(0, ...measured.map(widthOf));
}
