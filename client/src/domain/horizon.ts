import { comparedIn, kindOf } from '@opex/contracts/horizon';
import { horizonIn } from './fiscal-years.queries.ts';
import { useAddress, type AddressChanges } from '../lib/use-search-state.ts';

/** To date: undefined; "year"; or the number of a month. */
export type Horizon = string | undefined;

/** The horizon of the address; what is none counts as to date. */
export const useHorizon = (): Horizon => horizonIn(useAddress()[0]);

/** What another horizon compares in the place of a figure. The budget of the year is shown, and changed, under each. */
function exchange(name: string, from: Horizon, to: Horizon): string {
  const [before, after] = [comparedIn(from), comparedIn(to)];
  const part = (['budget', 'actual', 'variance'] as const).find((one) => before[one] === name);
  return part && name !== 'budget' ? after[part] : name;
}

export function columnsUnder(columns: readonly string[], from: Horizon, to: Horizon): string[] {
  const getsBudget = kindOf(from) === 'year' && kindOf(to) !== 'year';
  const names = columns.flatMap((name) => {
    const { budget, actual } = comparedIn(to);
    return getsBudget && name === 'actual' ? [budget, actual] : [exchange(name, from, to)];
  });
  return [...new Set(names)];
}

/** An address under another horizon: the columns, the order, the filters and the mark follow with the figures they name. */
export function underHorizon(params: URLSearchParams, to: Horizon): AddressChanges {
  const from = horizonIn(params);
  const changes: AddressChanges = { horizon: to, page: null, after: null };
  const rename = (name: string) => exchange(name, from, to);
  for (const [name, value] of params) {
    const [field = '', ...operator] = name.split('.');
    if (name === 'cols') changes[name] = columnsUnder(value.split(','), from, to).join();
    else if (name === 'mark') changes[name] = rename(value);
    else if (name === 'sort') changes[name] = value.replaceAll(/\w+/g, rename);
    else if (rename(field) !== field) {
      changes[name] = null;
      changes[[rename(field), ...operator].join('.')] = value;
    }
  }
  return changes;
}
