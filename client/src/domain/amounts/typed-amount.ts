import * as z from 'zod/mini';
import type { AmountEntry } from './use-amount-entry.ts';

/** What stands in an amount field, for the contract of a form: nothing, or an amount as the API takes it. */
export const typedAmount = ({ read }: AmountEntry) =>
  z.pipe(
    z.string(),
    z.transform((text: string, { issues }): string | undefined => {
      const entered = read(text);
      if (entered.ok) return entered.value ?? undefined;
      issues.push({ code: 'custom', message: entered.message, input: text });
      return undefined;
    }),
  );
