import type { CurrencyRate } from '@opex/contracts/currencies';
import { useState } from 'react';
import { DoubtDialog, type DoubtLine } from '../../domain/amounts/doubt-dialog.tsx';
import { doubtAbout } from '../../domain/amounts/doubtful-amount.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { choiceWord } from '../../domain/words/field-words.ts';

/** No currency moves so much from one rate to the next. */
export const farOff = 3;
const inFull = (rate: string | null) => (rate ?? '').replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');

type Asked = { line: DoubtLine; take: () => void };

/** Asks before a rate is taken that is far off the one before it. */
export function useRateDoubt() {
  const [asked, setAsked] = useState<Asked | null>(null);
  async function check(rate: string, before: Promise<CurrencyRate | undefined>, take: () => void) {
    // Where it cannot be read, saving says why.
    const former = await before.catch(() => undefined);
    const known = former ? [{ when: `from ${formatDate(former.effectiveDate)}`, amount: former.rate }] : [];
    const doubt = doubtAbout({ amount: rate, known }, farOff);
    if (!former || !doubt) take();
    else
      setAsked({ line: { where: `${choiceWord(former.set)} rate of ${former.currency}`, amount: rate, doubt }, take });
  }
  const question = asked && (
    <DoubtDialog
      noun="rate"
      inFull={inFull}
      lines={[asked.line]}
      count={1}
      onShown={() => {
        setAsked(null);
        asked.take();
      }}
      onCancel={() => setAsked(null)}
    />
  );
  return { check, question };
}
