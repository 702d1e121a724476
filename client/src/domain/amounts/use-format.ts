import { useMemo } from 'react';
import * as format from './format.ts';
import { stored } from '../../lib/stored.ts';

const isChoice = (value: unknown): value is format.FormatChoice => {
  const { grouping, display } = (value ?? {}) as Partial<format.FormatChoice>;
  return (
    (grouping === 'en-IN' || grouping === 'en-US') &&
    (display === 'exact' || display === 'short' || display === 'shorter')
  );
};

/** Short by default: a year of every column then fits a laptop; the exact figure is in the cell's title and while editing. */
export const formatChoice = stored<format.FormatChoice>(
  'opex-format',
  { grouping: 'en-IN', display: 'short' },
  isChoice,
);

type Amount = string | null | undefined;

/** Formatting as this person chose it; `useAmountEntry` reads what is typed in the same unit. */
export function useFormat() {
  const choice = formatChoice.use();
  return useMemo(
    () => ({
      choice,
      amount: (amount: Amount) => format.formatAmount(amount, choice),
      inColumn: (amount: Amount) => format.formatInColumn(amount, choice),
      /** Lakh, thousand or in full: of amounts shown `inColumn`, and of what is typed. */
      unit: format.unitOf(choice),
      withUnit: (amount: Amount) => format.formatWithUnit(amount, choice),
      exact: (amount: Amount) => format.formatExact(amount, choice.grouping),
      short: (amount: Amount) => format.formatShort(amount, choice.grouping),
      tick: (value: number | string) => format.formatTick(value, choice.grouping),
      percent: format.formatPercent,
      share: format.formatShare,
      aligned: (values: readonly string[], least?: number) => format.formatAligned(values, choice.grouping, least),
      date: format.formatDate,
      dateTime: format.formatDateTime,
    }),
    [choice],
  );
}
export type Format = ReturnType<typeof useFormat>;
