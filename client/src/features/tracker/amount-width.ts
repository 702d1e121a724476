import type { BudgetPage } from '@opex/contracts/budgets';
import { fields } from './fields.ts';

const amountFields = fields.filter(({ kind }) => kind === 'amount').map(({ field }) => field);

/** The widest digit of the usual system fonts at 13 px in bold, and the padding of a cell with room for a sign. */
const digitPx = 7.9;
const separatorPx = 4.6;
const aroundPx = 18;

const widthOf = (text: string) => {
  const separators = text.match(/[.,]/g)?.length ?? 0;
  return aroundPx + (text.length - separators) * digitPx + separators * separatorPx;
};

/** How wide a column must be so that no amount of the page is ever cut off: half an amount reads like a whole one. */
export function amountWidths(page: BudgetPage | undefined, format: (amount: string) => string) {
  if (!page) return { figures: 0, months: 0 };
  const figures = [page.totals, ...page.data].flatMap((row) =>
    amountFields.map((field) => (row as Record<string, unknown>)[field]),
  );
  const months = page.data.flatMap((row) => row.months ?? []);
  return { figures: widest(figures, format), months: widest(months, format) };
}

/** The longest decimal strings are the longest when formatted: only those need to be measured. */
function widest(amounts: readonly unknown[], format: (amount: string) => string): number {
  const texts = amounts.filter((amount) => typeof amount === 'string');
  const longest = Math.max(0, ...texts.map(({ length }) => length));
  const measured = texts.filter(({ length }) => length >= longest - 1).slice(0, 20);
  return Math.ceil(Math.max(0, ...measured.map((text) => widthOf(format(text)))));
}
