import { at } from './at.ts';
import type { Day, FiscalYear } from './calendar.ts';

export const currencies = { USD: 'US dollar', EUR: 'Euro', GBP: 'Pound sterling' } as const;
export type CurrencyCode = keyof typeof currencies;

export interface Rate {
  set: 'PLAN' | 'ACTUAL';
  code: CurrencyCode;
  from: Day;
  /** In ten-thousandths of a rupee, like every rate here. */
  rate: number;
}

/** Plan rates of the three years, and where the market stands at the last completed month of the third. */
const path: Record<CurrencyCode, readonly [number, number, number, number]> = {
  USD: [815_000, 823_000, 831_000, 852_500],
  EUR: [878_000, 889_000, 904_000, 910_000],
  GBP: [1_015_000, 1_034_000, 1_052_000, 1_043_000],
};

export function exchangeRates(years: FiscalYear[]): Rate[] {
  return (Object.keys(path) as CurrencyCode[]).flatMap((code) =>
    years.flatMap((year, index): Rate[] => {
      const plan = at(path[code], index);
      const drift = at(path[code], index + 1) - plan;
      const known = year.periods.slice(0, year.reportedThrough + 1);
      return [
        { set: 'PLAN', code, from: year.start, rate: plan },
        ...known.map((period, month): Rate => {
          const moved = movedBy(drift, month, year.reportedThrough - 1);
          return { set: 'ACTUAL', code, from: period.start, rate: plan + moved };
        }),
      ];
    }),
  );
}

/** A steady move that is complete in the last completed month. */
function movedBy(drift: number, month: number, lastMonth: number): number {
  return lastMonth < 1 ? 0 : Math.round((drift * Math.min(month, lastMonth)) / lastMonth);
}

export function rateOf(rates: Rate[], set: Rate['set'], code: CurrencyCode, on: Day): number {
  const rate = rates.findLast((candidate) => candidate.set === set && candidate.code === code && candidate.from <= on);
  if (!rate) throw new RangeError(`There is no ${set} rate of ${code} on ${on}.`);
  return rate.rate;
}

/** Hundredths of the foreign currency to paise, rounded half up. */
export const toPaise = (cents: number, rate: number): number => Math.floor((cents * rate + 5_000) / 10_000);
