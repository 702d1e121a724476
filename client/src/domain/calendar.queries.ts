import { fiscalYearEndpoints, type FiscalYear } from '@opex/contracts/fiscal-years';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { callApi } from '../lib/api.ts';
import { useAddress } from '../lib/use-search-state.ts';

export const fiscalYears = queryOptions({
  queryKey: ['fiscal-years'],
  queryFn: ({ signal }) => callApi(fiscalYearEndpoints.list, { signal }),
  staleTime: 5 * 60_000,
});

/** The year of the address, else the current one; undefined while the calendar loads. */
export function useYear(): FiscalYear | undefined {
  const { data } = useQuery(fiscalYears);
  const [params] = useAddress();
  const label = params.get('fy');
  return data?.data.find((year) => year.label === label) ?? data?.data.find(({ current }) => current) ?? data?.data[0];
}

/** `fy` as the API takes it: the address is enough to ask, so a page need not wait for the calendar. */
export function useYearLabel(): string | undefined {
  const [params] = useAddress();
  const year = useYear();
  const asked = params.get('fy');
  return asked && /^FY\d\d$/.test(asked) ? asked : year?.label;
}

export const useBaseCurrency = () => useQuery(fiscalYears).data?.baseCurrency;

/** The entity of the address, or null for all of them. */
export function useEntityId(): number | null {
  const [params] = useAddress();
  const asked = params.get('entity') ?? '';
  return /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : null;
}
