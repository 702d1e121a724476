import { useMemo } from 'react';
import { amountText, parseAmount } from './amount-entry.ts';
import { formatExact, unitOf, unitsOf, type FormatChoice } from './format.ts';
import { formatChoice } from './use-format.ts';

function amountEntry(choice: FormatChoice) {
  const unit = unitOf(choice);
  const { power } = unit;
  return {
    unit,
    /** What is typed over the amount `old`. */
    read: (text: string, old: string | null = null) => parseAmount(text, { power, old }),
    /** An amount as it is typed, to its last digit. */
    textOf: (amount: string | null | undefined) => amountText(amount, power),
    /** What is being typed, in full: "= 24,00,000"; nothing while it means nothing. */
    echo: (text: string, old: string | null = null): string | undefined => {
      const entered = parseAmount(text, { power, old });
      if (!entered.ok || entered.value === null) return undefined;
      const full = formatExact(entered.value, choice.grouping);
      return `= ${full === '-' ? '0' : full.replace(/\.00$/, '')}`;
    },
  };
}
export type AmountEntry = ReturnType<typeof amountEntry>;
/** First in the unit shown, then in the others: what may have been meant. */
export type AmountEntries = readonly [AmountEntry, ...AmountEntry[]];

export function amountEntries(choice: FormatChoice): AmountEntries {
  const others = unitsOf[choice.grouping].filter(({ display }) => display !== choice.display);
  return [amountEntry(choice), ...others.map(({ display }) => amountEntry({ ...choice, display }))];
}

/** Amounts are typed in the unit they are shown in. */
export function useAmountEntries(): AmountEntries {
  const choice = formatChoice.use();
  return useMemo(() => amountEntries(choice), [choice]);
}
export const useAmountEntry = (): AmountEntry => useAmountEntries()[0];
