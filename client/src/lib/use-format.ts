import { useMemo } from 'react';
import * as format from './format.ts';
import { stored } from './stored.ts';

const isChoice = (value: unknown): value is format.FormatChoice => {
  const { grouping, display } = (value ?? {}) as Partial<format.FormatChoice>;
  return (grouping === 'en-IN' || grouping === 'en-US') && (display === 'exact' || display === 'short');
};

/** Short by default: a year of every column then fits a laptop; the exact figure is in the cell's title and while editing. */
export const formatChoice = stored<format.FormatChoice>(
  'opex-format',
  { grouping: 'en-IN', display: 'short' },
  isChoice,
);

/** Formatting as this person chose it. */
export function useFormat() {
  const choice = formatChoice.use();
  return useMemo(
    () => ({
      choice,
      amount: (amount: string | null | undefined) => format.formatAmount(amount, choice),
      inColumn: (amount: string | null | undefined) => format.formatInColumn(amount, choice),
      /** "lakh", "thousand", or nothing: what stands once over amounts shown `inColumn`. */
      columnUnit: format.columnUnit(choice),
      exact: (amount: string | null | undefined) => format.formatExact(amount, choice.grouping),
      short: (amount: string | null | undefined) => format.formatShort(amount, choice.grouping),
      tick: (value: number | string) => format.formatTick(value, choice.grouping),
      percent: format.formatPercent,
      date: format.formatDate,
      dateTime: format.formatDateTime,
    }),
    [choice],
  );
}
export type Format = ReturnType<typeof useFormat>;
