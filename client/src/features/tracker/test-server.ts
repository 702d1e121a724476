import type { TrackerRow } from '@opex/contracts/tracker';
import { blankService } from '../../test/blank-service.ts';
import { figures } from '../../test/figures.ts';
import { problemAnswer, type Asked } from '../../test/render-page.tsx';

export const row = (id: number): TrackerRow => ({
  ...blankService,
  id,
  version: 1,
  uid: `S-${id}`,
  vendorId: 1,
  vendor: 'Acme',
  service: `Service ${id}`,
  endDate: '2026-03-31',
  towerId: 3,
  tower: 'Cloud',
  serviceType: 'Shared',
  ...figures,
  months: Array.from({ length: 12 }, () => '100000.00'),
});

export const year = {
  id: 1,
  label: 'FY26',
  startDate: '2025-04-01',
  endDate: '2026-03-31',
  reportedThrough: 6,
  current: true,
  plan: null,
  periods: [],
};

export type Change = Partial<TrackerRow> & { id?: number; version?: number; months?: Record<string, string | null> };

/** Stands in for the server: 60 rows, kept as they are changed. */
export function server() {
  const rows = new Map(Array.from({ length: 60 }, (_, index) => [index + 1, row(index + 1)]));
  const patch = (id: number, { months, version: _version, ...change }: Change) => {
    const old = rows.get(id) as TrackerRow;
    const next = { ...old, ...(change as Partial<TrackerRow>), version: old.version + 1 };
    if (months) next.months = old.months?.map((value, index) => months[String(index + 1)] ?? value);
    rows.set(id, next);
    return next;
  };
  /** Years that are never answered. */
  const slow = { years: new Set<string | null>() };
  const answers = ({ method, path, query, body, headers }: Asked): unknown => {
    if (path === '/api/fiscal-years') return { baseCurrency: 'INR', data: [year] };
    if (path === '/api/towers/3') return { id: 3, name: 'Cloud', retired: false, usedBy: 1, version: 1 };
    const [, id] = /^\/api\/budgets\/(\d+)$/.exec(path) ?? [];
    if (method === 'PATCH' && id) {
      if (headers.get('if-match') !== `"v${rows.get(Number(id))?.version}"`) return problemAnswer(412, 'Stale');
      return patch(Number(id), body as Change);
    }
    if (method === 'PATCH' && path === '/api/budgets') {
      const { changes } = body as { changes: (Change & { id: number })[] };
      return { data: changes.map((change) => patch(change.id, change)) };
    }
    if (path !== '/api/budgets') return undefined;
    if (slow.years.has(query.get('fy'))) return new Promise(() => undefined);
    const ids = query.get('id')?.split(',').map(Number);
    const [page, limit] = [Number(query.get('page') ?? 1), Number(query.get('limit') ?? 50)];
    const all = [...rows.values()].filter((one) => !ids || ids.includes(one.id));
    const data = all.slice((page - 1) * limit, page * limit);
    const pagination = { page, limit, total: all.length, pages: Math.ceil(all.length / limit), next: null };
    return { data, pagination, fy: 'FY26', totals: { ...figures, budget: '72000000.00' } };
  };
  return { answers, patch, slow };
}
