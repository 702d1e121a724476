import { trackerFields, type TrackerField, type TrackerList, type TrackerRow } from '@opex/contracts/tracker';
import { toUnits } from '../../src/lib/amounts/money.ts';
import { createFortyServices } from '../factories/forty-services.ts';
import { as } from '../harness/as.ts';

export const fields = Object.keys(trackerFields) as TrackerField[];
export const figures = fields.filter((field) => trackerFields[field] === 'amount');
export const idsOf = (found: { id: number }[]) => found.map(({ id }) => id);

/** What a row sorts by and is compared by, so that `<` gives the order. */
export function keyOf(row: TrackerRow, field: TrackerField): string | number | bigint | null {
  const value = row[field] ?? null;
  if (trackerFields[field] === 'amount') return toUnits(value as string);
  if (trackerFields[field] === 'date') return value;
  return typeof value === 'number' ? value : (value ?? '').toLowerCase();
}

/** Forty services, all that a viewer sees of them, the figures of a month included, and the list that is asked in every way. */
export async function listsStory() {
  const viewer = await as('Viewer');
  await createFortyServices();
  const get = (query: object, who = viewer) => who.get('/api/budgets').query({ fy: 'FY26', horizon: '1', ...query });
  const list = async (query: object, who = viewer): Promise<TrackerList> => (await get(query, who).expect(200)).body;
  const rows = (await list({ limit: 200, sort: 'id' })).data;
  return { viewer, get, list, rows };
}
