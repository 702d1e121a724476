import type { HistoryEntry } from '@opex/contracts/services';
import { createService, createYear, everyMonth } from '../factories/index.ts';
import { as } from '../harness/as.ts';

/** A year to plan in after one that is settled, who reads, edits and approves, and what they do with services. */
export async function servicesStory({ reportedThrough = 12 } = {}) {
  const previous = await createYear('FY25', { planState: 'LOCKED' });
  const year = await createYear('FY26', { reportedThrough });
  const [viewer, editor, approver] = [await as('Viewer'), await as('Editor'), await as('Approver')];
  const reason = 'Because we test it';
  const at = (version: number) => ({ 'if-match': `"v${version}"` });

  const planned = (months: (string | null)[] | string, overrides = {}) =>
    createService(overrides, { planId: year.planId, months: typeof months === 'string' ? everyMonth(months) : months });
  /** A text goes as it is. */
  const patch = (id: number, version: number, body: object | string, who = editor, fy = 'FY26') =>
    who.patch(`/api/budgets/${id}?fy=${fy}`).set(at(version)).type('json').send(body);
  const edit = (id: number, version: number, body: object, who = editor) =>
    patch(id, version, { reason, ...body }, who);
  const patchMany = (changes: object[], who = editor) => who.patch('/api/budgets?fy=FY26').send({ reason, changes });
  const create = (body: object, who = editor, key?: string) =>
    who
      .post('/api/services')
      .set(key ? { 'idempotency-key': key } : {})
      .send(body);
  const act = (path: string, version: number, body: object, who = approver) =>
    who.post(`/api/services/${path}`).set(at(version)).send(body);

  const budgetOf = async (id: number, who = viewer) => (await who.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body;
  const read = async (path: string, who = viewer) => (await who.get(`/api/services/${path}`).expect(200)).body;
  const historyOf = async (id: number): Promise<HistoryEntry[]> => (await read(`${id}/history`)).data;
  return {
    ...{ previous, year, viewer, editor, approver, reason },
    ...{ planned, patch, edit, patchMany, create, act, budgetOf, read, historyOf },
  };
}
