import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { useQuery } from '@tanstack/react-query';
import { useAddress } from '../lib/use-search-state.ts';
import { entityIn, fiscalYears, yearAmong, yearIn } from './fiscal-years.queries.ts';

const none: FiscalYear[] = [];
/** All years; none while the calendar loads. */
export const useYears = () => useQuery(fiscalYears).data?.data ?? none;

/** The year of the address, else the current one; undefined while the calendar loads. */
export function useYear(): FiscalYear | undefined {
  const { data } = useQuery(fiscalYears);
  const [params] = useAddress();
  return yearAmong(data?.data, params.get('fy'));
}

/** `fy` as the API takes it. */
export function useYearLabel(): string | undefined {
  const [params] = useAddress();
  const year = useYear();
  return yearIn(params) ?? year?.label;
}

export const useBaseCurrency = () => useQuery(fiscalYears).data?.baseCurrency;

/** The entity of the address, or null for all of them. */
export function useEntityId(): number | null {
  const [params] = useAddress();
  return entityIn(params);
}
