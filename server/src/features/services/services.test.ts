import type { Endpoint } from '@opex/contracts/endpoint';
import type { HistoryEntry } from '@opex/contracts/services';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createUser,
  createVendor,
  createYear,
  everyMonth,
  written,
} from '../../../test/factories/index.ts';
import { as, asUser, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { database } from '../../database/database.ts';
import { served } from '../../http/serve.ts';

type Year = Awaited<ReturnType<typeof createYear>>;
let previous: Year;
let year: Year;
let viewer: Person;
let editor: Person;
let approver: Person;

beforeAll(async () => {
  previous = await createYear('FY25', { planState: 'LOCKED', state: 'OPEN' });
  year = await createYear('FY26', { reportedThrough: 3 });
  viewer = await as('Viewer');
  editor = await as('Editor');
  approver = await as('Approver');
});

const reason = 'Because we test it';
const none = (count: number) => Array<null>(count).fill(null);
const planned = (months: (string | null)[] | string, overrides = {}) =>
  createService(overrides, { planId: year.planId, months: typeof months === 'string' ? everyMonth(months) : months });
const read = async (path: string, who = viewer) => (await who.get(`/api/services/${path}`).expect(200)).body;
const entriesOf = async (id: number): Promise<HistoryEntry[]> => (await read(`${id}/history`)).data;
const lastEntryOf = async (id: number) => (await entriesOf(id))[0]!.id;
const create = (body: object, who = editor, key?: string) =>
  who
    .post('/api/services')
    .set(key ? { 'idempotency-key': key } : {})
    .send(body);
const act = (path: string, version: number, body: object, who = approver) =>
  who
    .post(`/api/services/${path}`)
    .set({ 'if-match': `"v${version}"` })
    .send(body);
const edit = (id: number, version: number, body: object, who = editor) =>
  who
    .patch(`/api/budgets/${id}?fy=FY26`)
    .set({ 'if-match': `"v${version}"` })
    .send({ reason, ...body });

describe('POST /api/services', () => {
  test('adds a service with a first budget, its entry in the log, and a row in the tracker', async () => {
    const vendor = await createVendor();
    const parent = await createService({ uid: 'PARENT-1' });
    const body = {
      uid: ' NEW-1 ',
      service: 'Mail',
      vendorId: vendor.id,
      parentUid: 'parent-1',
      budget: '100',
      fy: 'FY26',
    };
    const answer = await create({ ...body, reason }).expect(201);
    const id: number = answer.body.id;

    expect(answer.headers['etag']).toBe('"v1"');
    expect(answer.body).toMatchObject({
      ...{ uid: 'NEW-1', version: 1, vendor: vendor.name, parentUid: 'PARENT-1', status: 'Active', phasing: 'EVEN' },
      years: [
        { fy: 'FY26', budget: '100.00', actual: '0.00', committed: '0.00', variance: '100.00', available: '100.00' },
        { fy: 'FY25', budget: '0.00' },
      ],
      children: [],
    });
    expect((await read(`${id}/months?fy=FY26`)).months.map(({ budget }: { budget: string }) => budget)).toEqual([
      ...Array(4).fill('8.34'),
      ...Array(8).fill('8.33'),
    ]);
    expect(await entriesOf(id)).toMatchObject([
      {
        action: 'service.created',
        fy: 'FY26',
        reason,
        changes: {
          uid: { from: null, to: 'NEW-1' },
          vendorId: { from: null, to: { id: vendor.id, name: vendor.name } },
          parentUid: { from: null, to: 'PARENT-1' },
          budget: { from: '0.00', to: '100.00' },
          'months.1': { from: null, to: '8.34' },
        },
      },
    ]);
    expect((await read(String(parent.id))).children).toEqual([{ id, uid: 'NEW-1', service: 'Mail' }]);
    const list = await viewer.get('/api/budgets').query({ fy: 'FY26', uid: 'new-1' }).expect(200);
    expect(list.body.data).toMatchObject([{ id, budget: '100.00' }]);
  });

  test.each([
    ['no UID', {}, 422],
    ['an empty UID', { uid: ' ' }, 422],
    ['a UID that exists in another case', { uid: 'taken-1' }, 409],
    ['an unknown vendor', { uid: 'X-1', vendorId: 999_999 }, 422],
    ['an unknown parent', { uid: 'X-1', parentUid: 'nobody' }, 422],
    ['an end before the start', { uid: 'X-1', startDate: '2026-01-02', endDate: '2026-01-01' }, 422],
    ['money that is none', { uid: 'X-1', budget: '1.005' }, 422],
    ['an unknown year', { uid: 'X-1', budget: '1', fy: 'FY77' }, 404],
    ['a budget in a locked plan', { uid: 'X-1', budget: '1', fy: 'FY25' }, 409],
    ['an unknown field', { uid: 'X-1', colour: 'red' }, 422],
    ['months', { uid: 'X-1', months: { 1: '1.00' } }, 422],
  ])('refuses %s and leaves nothing behind', async (_what, body, status) => {
    await createService({ uid: 'TAKEN-1' }).catch(() => undefined);
    const before = [await database.service.count(), await database.auditEntry.count()];
    await create(body).expect(status);
    expect([await database.service.count(), await database.auditEntry.count()]).toEqual(before);
  });

  test('is for editors, and for a scoped one within his entities', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const scoped = await as('Editor', [mine.id]);
    await create({ uid: 'V-1' }, viewer).expect(403);
    await create({ uid: 'V-1', entityId: other.id }, scoped).expect(422);
    await create({ uid: 'V-1' }, scoped).expect(422);
    await create({ uid: 'V-1', entityId: mine.id, serviceType: 'Shared' }, scoped).expect(422);
    const { body } = await create({ uid: 'V-1', entityId: mine.id, budget: '12.00', fy: 'FY26' }, scoped).expect(201);
    expect(body).toMatchObject({ editable: true, entityId: mine.id });
    expect(body.years[0].budget).toBe('12.00');
  });
});

describe('an Idempotency-Key', () => {
  test('makes a repeat answer like the first, with nothing done again', async () => {
    const body = { uid: 'ONCE-1', budget: '12.00', fy: 'FY26' };
    const first = await create(body, editor, 'once-1').expect(201);
    const again = await create(body, editor, 'once-1').expect(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await entriesOf(first.body.id)).toHaveLength(1);
    await create(body, editor, 'once-2').expect(409); // another key is another wish
  });

  test('gives the very bytes of the first answer again, whatever has happened since', async () => {
    const body = { uid: 'ONCE-6', service: 'As it was', budget: '12.00', fy: 'FY26' };
    const first = await create(body, editor, 'bytes').expect(201);
    const { id } = first.body as { id: number };
    await edit(id, 1, { service: 'Changed since', budget: '24.00' }).expect(200);
    await create({ uid: 'ONCE-6-child', parentUid: 'ONCE-6' }).expect(201);
    const again = await create(body, editor, 'bytes').expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['etag']).toBe(first.headers['etag']);

    const remark = () =>
      editor
        .post(`/api/services/${id}/remarks`)
        .set({ 'idempotency-key': 'bytes-of-a-remark' })
        .send({ text: 'Once' })
        .expect(201);
    expect((await remark()).text).toBe((await remark()).text);
  });

  test('is kept with what was answered: its status, and nothing secret', async () => {
    const stored = await database.idempotencyKey.findFirstOrThrow({ where: { key: 'once-1' } });
    expect(stored).toMatchObject({ status: 201, body: { uid: 'ONCE-1' } });
    await database.idempotencyKey.updateMany({ where: { key: 'once-1' }, data: { status: 200 } });
    await create({ uid: 'ONCE-1', budget: '12.00', fy: 'FY26' }, editor, 'once-1').expect(200);
    const secrets = /temporaryPassword|csrfToken|"key"/;
    const holdsSecret = ({ answer }: Endpoint) => answer && secrets.test(JSON.stringify(z.toJSONSchema(answer)));
    expect(served.filter(holdsSecret)).not.toEqual([]);
    expect(served.filter((endpoint) => endpoint.idempotent && holdsSecret(endpoint))).toEqual([]);
  });

  test('stands for one body, and for one person', async () => {
    await create({ uid: 'ONCE-2' }, editor, 'same').expect(201);
    await create({ uid: 'ONCE-3' }, editor, 'same').expect(422);
    expect(await database.service.count({ where: { uid: 'ONCE-3' } })).toBe(0);
    await create({ uid: 'ONCE-3' }, await as('Editor'), 'same').expect(201);
  });

  test('is not used up by a refusal', async () => {
    const holder = await createService({ uid: 'ONCE-4' });
    await create({ uid: 'ONCE-4' }, editor, 'refused').expect(409);
    await database.service.update({ where: { id: holder.id }, data: { uid: 'ONCE-4-old' } });
    const { headers } = await create({ uid: 'ONCE-4' }, editor, 'refused').expect(201);
    expect(headers).not.toHaveProperty('idempotency-replayed');
  });

  test.each([['x'.repeat(256)], ['with blank']])('refuses the key %j', async (key) => {
    await create({ uid: 'ONCE-5' }, editor, key).expect(400);
  });

  test('sent twenty times at once has one effect', async () => {
    const { id } = await createService();
    const send = () =>
      editor.post(`/api/services/${id}/remarks`).set({ 'idempotency-key': 'twenty' }).send({ text: 'Once' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(answers.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed'])).toHaveLength(1);
    for (const busy of answers.filter(({ status }) => status === 409)) expect(busy.headers['retry-after']).toBe('1');
    expect((await send().expect(201)).headers['idempotency-replayed']).toBe('true');
    expect((await read(`${id}/remarks`)).pagination.total).toBe(1);
    expect(await entriesOf(id)).toHaveLength(1);
  });
});

describe('retiring', () => {
  test('keeps a service in its years and in the list, and it can come back', async () => {
    const { id } = await planned('1.00', { uid: 'RET-1' });
    const retired = await act(`${id}/retire`, 1, { reason }).expect(200);
    expect(retired.body).toMatchObject({ status: 'Retired', version: 2 });
    expect(retired.body.years[0].budget).toBe('12.00');
    const listed = async (status: string) =>
      (await viewer.get('/api/budgets').query({ fy: 'FY26', q: 'ret-1', status })).body.data.length;
    expect([await listed('Retired'), await listed('Active')]).toEqual([1, 0]);

    expect((await act(`${id}/reinstate`, 2, { reason }).expect(200)).body).toMatchObject({
      status: 'Active',
      version: 3,
    });
    expect([await listed('Retired'), await listed('Active')]).toEqual([0, 1]);
    expect(await entriesOf(id)).toMatchObject([
      { action: 'service.reinstated', reason, changes: { status: { from: 'Retired', to: 'Active' } } },
      { action: 'service.retired', reason, changes: { status: { from: 'Active', to: 'Retired' } } },
    ]);
  });

  test('needs the version, a reason, a right and a sight of the whole', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '1'],
    ]);
    const { id } = await planned('1.00', { serviceType: 'Shared', budgetKeyId: key.id });
    await approver.post(`/api/services/${id}/retire`).send({ reason }).expect(428);
    await act(`${id}/retire`, 2, { reason }).expect(412);
    await act(`${id}/retire`, 1, {}).expect(422);
    await act(`${id}/retire`, 1, { reason }, editor).expect(403);
    await act(`${id}/retire`, 1, { reason }, await as('Approver', [mine.id])).expect(403);
    await act(`${id}/retire`, 1, { reason }, await as('Approver', [(await createEntity()).id])).expect(404);
    await act('999999/retire', 1, { reason }).expect(404);
    expect(await read(String(id))).toMatchObject({ status: 'Active', version: 1 });
    expect(await entriesOf(id)).toEqual([]);
  });

  test('what is retired, or bringing back what is there, is a conflict and not a new date', async () => {
    const { id } = await planned('1.00');
    await act(`${id}/reinstate`, 1, { reason }).expect(409);
    await act(`${id}/retire`, 1, { reason }).expect(200);
    const { retiredAt } = await database.service.findUniqueOrThrow({ where: { id } });
    await act(`${id}/retire`, 2, { reason }).expect(409);
    expect((await database.service.findUniqueOrThrow({ where: { id } })).retiredAt).toEqual(retiredAt);
    expect(await entriesOf(id)).toHaveLength(1);
  });
});

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

describe('months', () => {
  test('keep apart what is empty and what is zero, beside the actuals of this year and the last', async () => {
    const entity = await createEntity();
    const { id } = await planned(['0.00', null, '5.00', ...none(9)], { entityId: entity.id });
    const spent = (fiscalYearId: number, months: (string | null)[], source = 'MANUAL') =>
      written((tx) =>
        tx.actual.create({
          data: {
            serviceId: id,
            entityId: entity.id,
            fiscalYearId,
            source,
            m01: months[0]!,
            m02: months[1]!,
            m03: months[2]!,
          },
        }),
      );
    await spent(year.id, ['0.00', null, '1.10']);
    await spent(year.id, [null, null, '2.20'], 'INVOICE');
    await spent(previous.id, [null, '-7.00', '0.00']);

    const { months, ...rest } = await read(`${id}/months?fy=FY26`);
    expect(rest).toEqual({
      ...{ fy: 'FY26', version: 1, editable: true, reportedThrough: 3 },
      plan: { name: 'Original', state: 'DRAFT' },
    });
    expect(months).toHaveLength(12);
    expect(months.slice(0, 4)).toEqual([
      {
        number: 1,
        label: 'Apr 2025',
        state: 'OPEN',
        stateSince: null,
        budget: '0.00',
        actual: '0.00',
        previousActual: null,
      },
      {
        number: 2,
        label: 'May 2025',
        state: 'OPEN',
        stateSince: null,
        budget: null,
        actual: null,
        previousActual: '-7.00',
      },
      {
        number: 3,
        label: 'Jun 2025',
        state: 'OPEN',
        stateSince: null,
        budget: '5.00',
        actual: '3.30',
        previousActual: '0.00',
      },
      {
        number: 4,
        label: 'Jul 2025',
        state: 'OPEN',
        stateSince: null,
        budget: null,
        actual: null,
        previousActual: null,
      },
    ]);
    const locked = await read(`${id}/months?fy=FY25`);
    expect(locked).toMatchObject({ editable: false, plan: { state: 'LOCKED' } });
    expect(locked.months[1]).toMatchObject({ label: 'May 2024', actual: '-7.00', previousActual: null });
  });

  test('show a scoped reader his share', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '2'],
    ]);
    const { id } = await planned(['100.00', null, ...none(10)], { serviceType: 'Shared', budgetKeyId: key.id });
    await createActual({ serviceId: id, entityId: other.id, fiscalYearId: year.id, months: ['50.00'] });
    const { editable, months } = await read(`${id}/months?fy=FY26`, await as('Editor', [mine.id]));
    expect(editable).toBe(false);
    expect(months[0]).toMatchObject({ budget: '33.33', actual: '16.67' });
  });

  test('of nobody’s service are 404', async () => {
    await viewer.get('/api/services/999999/months').expect(404);
    await viewer.get('/api/services/1/months?fy=FY77').expect(404);
  });
});

describe('entities', () => {
  test('of a shared service are exact shares that add up to it', async () => {
    const [a, b, c] = [await createEntity('Share A'), await createEntity('Share B'), await createEntity('Share C')];
    const key = await createKey([a, b, c].map(({ id }) => [id, '1']));
    const { id } = await planned(['100.00', '100.00', ...none(10)], { serviceType: 'Shared', budgetKeyId: key.id });
    await createActual({ serviceId: id, entityId: a.id, fiscalYearId: year.id, months: ['-100.00'] });
    await createOrder({ serviceId: id, fiscalYearId: year.id, ordered: '0.02' });
    const { data } = await read(`${id}/entities?fy=FY26`);
    expect(data).toEqual([
      {
        entityId: a.id,
        entity: 'Share A',
        budget: '66.68',
        actual: '-33.34',
        committed: '0.01',
        ytdVariance: '100.02',
      },
      { entityId: b.id, entity: 'Share B', budget: '66.66', actual: '-33.33', committed: '0.01', ytdVariance: '99.99' },
      { entityId: c.id, entity: 'Share C', budget: '66.66', actual: '-33.33', committed: '0.00', ytdVariance: '99.99' },
    ]);
    const scoped = await as('Viewer', [b.id]);
    expect((await read(`${id}/entities?fy=FY26`, scoped)).data).toEqual([data[1]]);
    expect((await read(String(id), scoped)).years[0]).toMatchObject({
      budget: '66.66',
      actual: '-33.33',
      committed: '0.01',
    });
  });

  test('of a shared service without a key are named as what they are: unallocated', async () => {
    const { id } = await planned('1.00', { serviceType: 'Shared' });
    const { data } = await read(`${id}/entities?fy=FY26`);
    expect(data).toMatchObject([{ entityId: null, entity: 'Unallocated', budget: '12.00' }]);
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
    expect(data).toMatchObject([{ changes: { owner: { to: 'Ravi' } } }]);
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
    await edit(id, 1, { budget: '98765.00', owner: 'Asha' }).expect(200);
    await edit(id, 2, { entityId: now.id }).expect(200);
    const reader = await as('Editor', [now.id]);
    await edit(id, 3, { budget: '120.00' }, reader).expect(200);

    const [own, move, foreign] = (await read(`${id}/history`, reader)).data as HistoryEntry[];
    expect(own!.changes).toMatchObject({ 'months.1': { to: '10.00' } });
    expect(JSON.stringify([move, foreign])).not.toMatch(/98765|987\.00|8230|Zzformer/);
    expect(foreign!.changes).toEqual({ owner: { from: '', to: 'Asha' } });
    await act(`${id}/history/${foreign!.id}/restore`, 4, { field: 'budget', reason }, reader).expect(404);
    await act(`${id}/history/${own!.id}/restore`, 4, { field: 'budget', reason }, reader).expect(200);
    expect((await read(`${id}/history`)).data[2].changes).toMatchObject({
      entityId: { from: { name: 'Zzformer owner' } },
    });
  });
});

describe('a change and its entry', () => {
  test('are kept together or not at all', async () => {
    const { id } = await planned('1.00', { owner: 'Asha' });
    // The log refuses this one entry, as a full disk would.
    await sql(`ALTER TABLE audit_entries ADD CONSTRAINT full_disk CHECK (reason <> 'disk full') NOT VALID`);
    try {
      const body = { owner: 'Ravi', budget: '120.00', reason: 'disk full' };
      expect((await edit(id, 1, body)).status).toBeGreaterThanOrEqual(400);
      await act(`${id}/retire`, 1, { reason: 'disk full' }).expect(422);
      expect((await create({ uid: 'NO-ENTRY', reason: 'disk full' }, editor, 'no-entry')).status).toBe(422);
    } finally {
      await sql('ALTER TABLE audit_entries DROP CONSTRAINT full_disk');
    }
    expect(await read(String(id))).toMatchObject({ owner: 'Asha', version: 1, status: 'Active' });
    expect((await read(`${id}/months?fy=FY26`)).months[0].budget).toBe('1.00');
    expect(await database.service.count({ where: { uid: 'NO-ENTRY' } })).toBe(0);
    expect(await database.idempotencyKey.count({ where: { key: 'no-entry' } })).toBe(0);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
