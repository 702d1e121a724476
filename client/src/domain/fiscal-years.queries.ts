import { fiscalYearEndpoints, type FiscalYear } from '@opex/contracts/fiscal-years';
import { horizon } from '@opex/contracts/horizon';
import { queryOptions } from '@tanstack/react-query';
import { callApi } from '../lib/api.ts';

export const fiscalYears = queryOptions({
  queryKey: ['fiscal-years'],
  queryFn: ({ signal }) => callApi(fiscalYearEndpoints.list, { signal }),
  staleTime: 5 * 60_000,
});

/** What an address says of year and entity is enough to ask, so a page need not wait for the calendar. */
export const yearIn = (params: URLSearchParams) => {
  const asked = params.get('fy');
  return asked && /^FY\d\d$/.test(asked) ? asked : undefined;
};

/** The entity of the address, or null for all of them. */
export const entityIn = (params: URLSearchParams) => {
  const asked = params.get('entity') ?? '';
  return /^[1-9]\d{0,8}$/.test(asked) ? Number(asked) : null;
};

export const horizonIn = (params: URLSearchParams) => horizon.safeParse(params.get('horizon') ?? undefined).data;

/** The year of that name, else the current one. */
export const yearAmong = (years: readonly FiscalYear[] = [], label?: string | null) =>
  years.find((year) => year.label === label) ?? years.find(({ current }) => current) ?? years[0];
