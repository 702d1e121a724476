import type { HistoryEntry } from '@opex/contracts/services';
import { describe, expect, test } from 'vitest';
import { createEntity, createKey, createUser, createVendor } from '../../../test/factories/index.ts';
import { as, asUser } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const {
  viewer,
  editor,
  reason,
  planned,
  read,
  historyOf: entriesOf,
  create,
  act,
  edit,
} = await servicesStory({ reportedThrough: 3 });
const none = (count: number) => Array<null>(count).fill(null);
const lastEntryOf = async (id: number) => (await entriesOf(id))[0]!.id;

describe('remarks', () => {
  const say = (id: number, text: string, who = editor) => who.post(`/api/services/${id}/remarks`).send({ text });

  test('are added, never overwritten, and the last one shows in the tracker', async () => {
    const author = await createUser('Editor');
    const { id } = await planned('1.00', { uid: 'REM-1' });
    const session = await asUser(author.id);
    await say(id, 'First').expect(201);
    const { body } = await say(id, '  Second,\nwith a line  ', session).expect(201);
    expect(body).toMatchObject({ author: author.name, text: 'Second,\nwith a line' });
    expect(Date.now() - Date.parse(body.at)).toBeLessThan(60_000);

    const { data, pagination } = await read(`${id}/remarks?limit=1`);
    expect(data).toEqual([body]);
    expect(pagination).toMatchObject({ total: 2, pages: 2 });
    expect((await read(`${id}/remarks?limit=1&page=2`)).data).toMatchObject([{ text: 'First' }]);
    const list = await viewer.get('/api/budgets').query({ fy: 'FY26', q: 'rem-1' });
    expect(list.body.data[0].remark).toBe('Second,\nwith a line');
    expect((await read(String(id))).version).toBe(1); // an edit in progress is not disturbed
    expect(await entriesOf(id)).toMatchObject([
      { action: 'service.remarked', changes: { remark: { from: null, to: 'Second,\nwith a line' } } },
      { action: 'service.remarked' },
    ]);
  });

  test('need words, a right, and a service one sees', async () => {
    const { id } = await planned('1.00');
    for (const text of ['', '   ', 'x'.repeat(4001), 'a\u0000b']) await say(id, text).expect(422);
    await say(id, 'x', viewer).expect(403);
    await say(999_999, 'x').expect(404);
    const outsider = await as('Editor', [(await createEntity()).id]);
    await say(id, 'x', outsider).expect(404);
    await outsider.get(`/api/services/${id}/remarks`).expect(404);
    expect((await read(`${id}/remarks`)).data).toEqual([]);
  });
});

describe('history', () => {
  test('puts a field, a master and a date back to what they were, as a new change', async () => {
    const [old, fresh] = [await createVendor(), await createVendor()];
    const { id } = await planned('1.00', { owner: 'Asha', vendorId: old.id, endDate: new Date('2026-03-31') });
    await edit(id, 1, { owner: 'Ravi', vendorId: fresh.id, endDate: null, uid: `H-${id}` }).expect(200);
    const entryId = await lastEntryOf(id);
    const restore = (field: string, version: number) =>
      act(`${id}/history/${entryId}/restore`, version, { field, reason }, editor);

    expect((await restore('owner', 2).expect(200)).body).toMatchObject({
      owner: 'Asha',
      version: 3,
      vendorId: fresh.id,
    });
    expect((await restore('vendorId', 3).expect(200)).body).toMatchObject({ vendor: old.name, endDate: null });
    expect((await restore('endDate', 4).expect(200)).body.endDate).toBe('2026-03-31');
    const entries = await entriesOf(id);
    expect(entries).toHaveLength(4);
    expect(entries[1]).toMatchObject({
      action: 'service.restored',
      reason,
      changes: { vendorId: { from: { name: fresh.name }, to: { name: old.name } } },
    });
    expect((await restore('owner', 5).expect(200)).body.version).toBe(5); // it is so already
  });

  test('puts one month or the whole year back, what was empty to empty', async () => {
    const months = ['1.00', null, '3.00', ...none(9)];
    const { id } = await planned(months);
    await edit(id, 1, { budget: '120.00' }).expect(200);
    const entryId = await lastEntryOf(id);
    const restore = (field: string, version: number) =>
      act(`${id}/history/${entryId}/restore`, version, { field, reason }, editor).expect(200);
    const monthsNow = async () =>
      (await read(`${id}/months?fy=FY26`)).months.map(({ budget }: { budget: string | null }) => budget);

    await restore('months.2', 2);
    expect((await monthsNow()).slice(0, 3)).toEqual(['10.00', null, '10.00']);
    await restore('budget', 3);
    expect(await monthsNow()).toEqual(months);
    expect((await entriesOf(id))[0]).toMatchObject({ fy: 'FY26', changes: { budget: { from: '110.00', to: '4.00' } } });
  });

  test('restores only what an entry of this service touched, in the version one saw', async () => {
    const [one, two] = [await planned('1.00'), await planned('1.00')];
    await edit(one.id, 1, { owner: 'Ravi' }).expect(200);
    const entryId = await lastEntryOf(one.id);
    const restore = (id: number, version: number, field: string, who = editor) =>
      act(`${id}/history/${entryId}/restore`, version, { field, reason }, who);
    await restore(two.id, 1, 'owner').expect(404);
    await restore(one.id, 2, 'service').expect(422);
    await restore(one.id, 2, 'constructor').expect(422);
    await restore(one.id, 1, 'owner').expect(412);
    await restore(one.id, 2, 'owner', viewer).expect(403);
    await act(`${one.id}/history/999999/restore`, 2, { field: 'owner', reason }, editor).expect(404);
    expect((await read(String(one.id))).owner).toBe('Ravi');
  });

  test('cannot take back a birth: a UID was never empty, and a status has its own road', async () => {
    const { body } = await create({ uid: 'BORN-1', owner: 'Asha' }).expect(201);
    const id: number = body.id;
    const born = await lastEntryOf(id);
    await act(`${id}/history/${born}/restore`, 1, { field: 'uid', reason }, editor).expect(422);
    expect((await act(`${id}/history/${born}/restore`, 1, { field: 'owner', reason }, editor)).body.owner).toBe('');
    await act(`${id}/retire`, 2, { reason }).expect(200);
    const retired = await lastEntryOf(id);
    await act(`${id}/history/${retired}/restore`, 3, { field: 'status', reason }, editor).expect(422);
  });

  test('tells who sees only a share who changed what, and no amount', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '1'],
    ]);
    const { id } = await planned('1.00', { serviceType: 'Shared', budgetKeyId: key.id });
    await edit(id, 1, { budget: '240.00', owner: 'Ravi' }).expect(200);
    const scoped = await as('Editor', [mine.id]);
    const data: HistoryEntry[] = (await read(`${id}/history`, scoped)).data;
    expect(data).toMatchObject([{ changes: { owner: { to: 'Ravi' } }, reason: null }]);
    expect(Object.keys(data[0]!.changes)).toEqual(['owner']);
    await act(`${id}/history/${data[0]!.id}/restore`, 2, { field: 'budget', reason }, scoped).expect(403);
    const outsider = await as('Viewer', [(await createEntity()).id]);
    await outsider.get(`/api/services/${id}/history`).expect(404);
  });
});

describe('the history of a service that came from another entity', () => {
  test('tells its new readers neither the amounts of that time nor whose it was, and restores none of it', async () => {
    const [before, now] = [await createEntity('Zzformer owner'), await createEntity()];
    const { id } = await planned('987.00', { entityId: before.id });
    await edit(id, 1, { budget: '98765.00', owner: 'Asha', reason: 'Zzformer owner pays 98765' }).expect(200);
    await edit(id, 2, { entityId: now.id }).expect(200);
    const reader = await as('Editor', [now.id]);
    await edit(id, 3, { budget: '120.00' }, reader).expect(200);

    const [own, move, foreign] = (await read(`${id}/history`, reader)).data as HistoryEntry[];
    expect(own).toMatchObject({ reason, changes: { 'months.1': { to: '10.00' } } });
    expect([move!.reason, foreign!.reason]).toEqual([null, null]);
    expect(JSON.stringify([move, foreign])).not.toMatch(/98765|987\.00|8230|Zzformer/);
    expect(foreign!.changes).toEqual({ owner: { from: '', to: 'Asha' } });
    await act(`${id}/history/${foreign!.id}/restore`, 4, { field: 'budget', reason }, reader).expect(404);
    await act(`${id}/history/${own!.id}/restore`, 4, { field: 'budget', reason }, reader).expect(200);
    expect((await read(`${id}/history`)).data[2].changes).toMatchObject({
      entityId: { from: { name: 'Zzformer owner' } },
    });
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
