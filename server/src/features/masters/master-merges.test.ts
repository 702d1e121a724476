import { describeMaster, type Master, type MasterKind, masterKinds } from '@opex/contracts/masters';
import { afterEach, describe, expect, test } from 'vitest';
import { createOrder, createVendor } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { database } from '../../database/database.ts';
import { fieldsOfMaster, mergesStory } from '../../../test/stories/masters.ts';

const {
  year,
  approver,
  admin,
  reason,
  at,
  merge,
  undo,
  merges,
  lastMerge,
  planned,
  entriesAfter,
  lastEntry,
  named,
  facts,
} = await mergesStory();
/** After whatever was merged or undone every sum, share and link of the log is right. */
afterEach(async () => expect(await brokenInvariants()).toEqual([]));

const made = async (kind: MasterKind, name: string): Promise<Master> =>
  (await approver.post(`/api/${kind}`).send({ name }).expect(201)).body;
const row = async (id: number) => (await approver.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body;

describe.each(masterKinds)('%s', (kind) => {
  const [field] = fieldsOfMaster[kind];

  test('merge with a reason, in the versions that were seen of both', async () => {
    const [from, into] = [await made(kind, `Seen from ${kind}`), await made(kind, `Seen into ${kind}`)];
    const address = `/api/${kind}/${from.id}/merge`;
    const body = { intoId: into.id, intoVersion: 1, reason };
    await approver.post(address).send(body).expect(428);
    for (const wrong of [
      { ...body, reason: undefined },
      { ...body, reason: ' x ' },
      { ...body, intoVersion: undefined },
    ])
      await approver.post(address).set(at()).send(wrong).expect(422);
    expect((await merge(kind, { ...from, version: 2 }, into).expect(412)).headers['etag']).toBe('"v1"');
    const { body: told } = await merge(kind, from, { ...into, version: 2 }).expect(412);
    expect(told.errors).toMatchObject([{ pointer: '/intoVersion', code: 'stale' }]);
    expect(told.detail).toContain(into.name);
    await approver.get(`/api/${kind}/${from.id}`).expect(200);
  });

  test('merge once under one Idempotency-Key', async () => {
    const [from, into] = [await made(kind, `Once from ${kind}`), await made(kind, `Once into ${kind}`)];
    const key = { 'idempotency-key': `merge-${kind}` };
    const first = await merge(kind, from, into).set(key).expect(200);
    const again = await merge(kind, from, into).set(key).expect(200);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await merges({ q: `once from ${kind}` })).toHaveLength(1);
    await merge(kind, from, into).expect(404);
  });

  test('leave an entry for every service they change, and come back as they were', async () => {
    const [from, into] = [await made(kind, `Back from ${kind}`), await made(kind, `Back into ${kind}`)];
    const [one, two] = [await planned({ [field]: from.id }), await planned({ [field]: from.id })];
    const stays = await planned({ [field]: into.id });
    const before = await facts();
    const entry = await lastEntry();

    await merge(kind, from, into).expect(200);
    const type = describeMaster[kind].one.replace(' ', '-').toLowerCase();
    const away = { [field]: { from: named(from), to: named(into) } };
    expect(await entriesAfter(entry)).toMatchObject([
      { action: 'master.merged', subjectType: type, subjectId: into.id, reason },
      { action: 'service.updated', subjectType: 'service', subjectId: one.id, changes: away, reason },
      { action: 'service.updated', subjectType: 'service', subjectId: two.id, changes: away, reason },
    ]);
    const [listed] = await merges({ q: `back from ${kind}` });
    expect(listed).toMatchObject({ kind, from: from.name, into: into.name, reason, undoneAt: null, version: 1 });

    const merged = await lastEntry();
    const { body, headers } = await undo(listed.id).expect(200);
    expect(body).toMatchObject({ id: listed.id, version: 2 });
    expect(body.undoneAt).not.toBeNull();
    expect(headers['etag']).toBe('"v2"');
    expect(await facts()).toEqual(before);
    expect((await approver.get(`/api/${kind}/${from.id}`).expect(200)).body).toEqual({
      ...from,
      usedBy: 2,
      version: 2,
    });
    expect((await row(one.id)).version).toBe(3);
    expect((await row(stays.id)).version).toBe(1);
    expect(await entriesAfter(merged)).toMatchObject([
      { action: 'master.merge-undone', subjectId: into.id, reason: 'They are two after all' },
      { action: 'service.updated', subjectId: one.id, changes: { [field]: { from: named(into), to: named(from) } } },
      { action: 'service.updated', subjectId: two.id },
    ]);
    expect((await undo(listed.id, admin, 2).expect(409)).body.detail).toContain('already');
  });
});

describe('undoing a merge', () => {
  test('needs its version and a reason, and is done once under one Idempotency-Key', async () => {
    const [from, into] = [await createVendor(), await createVendor()];
    await merge('vendors', from, into).expect(200);
    const id = await lastMerge();
    const address = `/api/master-merges/${id}/undo`;
    await admin.post(address).send({ reason }).expect(428);
    await admin.post(address).set(at()).send({}).expect(422);
    await undo(id, admin, 2).expect(412);
    await undo(2_000_000_000).expect(404);
    await undo(id, await as('Editor')).expect(403);
    const key = { 'idempotency-key': 'undo' };
    const first = await undo(id).set(key).expect(200);
    expect((await undo(id).set(key).expect(200)).body).toEqual(first.body);
  });

  test('leaves alone what was moved on since, or came to the other one by itself', async () => {
    const [from, into, third] = [await createVendor(), await createVendor(), await createVendor()];
    const [back, on] = [await planned({ vendorId: from.id }), await planned({ vendorId: from.id })];
    await merge('vendors', from, into).expect(200);
    const id = await lastMerge();
    await admin.patch(`/api/budgets/${on.id}?fy=FY26`).set(at(2)).send({ vendorId: third.id }).expect(200);
    const late = await planned({ vendorId: into.id });
    await undo(id, approver).expect(200);
    const vendorOf = async (service: { id: number }) => (await row(service.id)).vendorId;
    expect([await vendorOf(back), await vendorOf(on), await vendorOf(late)]).toEqual([from.id, third.id, into.id]);
  });

  test('says what stands in its way: a name that is taken, a later merge', async () => {
    const [from, into, third] = [await createVendor(), await createVendor(), await createVendor()];
    await merge('vendors', from, into).expect(200);
    const first = await lastMerge();
    await made('vendors', from.name);
    expect((await undo(first).expect(409)).body.detail).toContain(from.name);
    await merge('vendors', into, third).expect(200);
    const second = await lastMerge();
    expect((await undo(first).expect(409)).body.detail).toContain('undo that merge first');
    await undo(second).expect(200);
    await sql('UPDATE vendors SET name = $1 WHERE name = $2', ['Somebody else now', from.name]);
    await undo(first).expect(200);
    expect((await approver.get(`/api/vendors/${from.id}`).expect(200)).body.name).toBe(from.name);
  });

  test('brings orders back too, and both ways leave an entry for each of them', async () => {
    const [from, into] = [await createVendor(), await createVendor()];
    const service = await planned({ vendorId: from.id });
    const order = await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '7.00' });
    await database.purchaseLine.update({ where: { id: order.id }, data: { vendorId: from.id } });
    const before = await facts();
    const entry = await lastEntry();
    await merge('vendors', from, into).expect(200);
    expect(await entriesAfter(entry)).toContainEqual(
      expect.objectContaining({
        action: 'purchase-line.updated',
        subjectType: 'purchase-line',
        subject: order.poNumber,
        changes: { vendorId: { from: named(from), to: named(into) } },
      }),
    );
    await undo(await lastMerge()).expect(200);
    expect(await facts()).toEqual(before);
  });
});
