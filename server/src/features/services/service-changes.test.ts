import { amountTooLarge } from '@opex/contracts/common';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createEntity,
  createKey,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { api, as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let editor: Person;
let viewer: Person;

beforeAll(async () => {
  await createYear('FY25', { planState: 'LOCKED' });
  year = await createYear('FY26');
  editor = await as('Editor');
  viewer = await as('Viewer');
});

const planned = (months: (string | null)[] | string, overrides = {}) =>
  createService(overrides, { planId: year.planId, months: typeof months === 'string' ? everyMonth(months) : months });
const reason = 'Because we test it';
/** A text goes as it is. */
const patch = (id: number, version: number, body: object | string, who = editor, fy = 'FY26') =>
  who
    .patch(`/api/budgets/${id}?fy=${fy}`)
    .set({ 'if-match': `"v${version}"` })
    .type('json')
    .send(body);
const patchMany = (changes: object[], who = editor) => who.patch('/api/budgets?fy=FY26').send({ reason, changes });
const read = async (id: number, who = viewer) => (await who.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body;
const historyOf = async (id: number) => (await viewer.get(`/api/services/${id}/history`).expect(200)).body.data;

describe('PATCH /api/budgets/:id', () => {
  test('spreads a year over its months to the exact paisa, and every later read shows it', async () => {
    const service = await planned('0.00', { service: 'spread test' });
    const list = () => viewer.get('/api/budgets').query({ fy: 'FY26', q: 'spread test' });
    expect((await list()).body.totals.budget).toBe('0.00');

    const { body, headers } = await patch(service.id, 1, { budget: '100.00', reason: 'First plan' }).expect(200);

    expect(headers['etag']).toBe('"v2"');
    expect(body.months).toEqual([...Array(4).fill('8.34'), ...Array(8).fill('8.33')]);
    expect((await list()).body.totals.budget).toBe('100.00');
  });

  test('changes fields and figures together, as one version with one entry in the history', async () => {
    const { id } = await planned('1.00', { service: 'before', owner: 'Asha' });
    const vendor = await createVendor();
    const tower = await createTower();
    const { body } = await patch(id, 1, {
      service: '  after  ',
      vendorId: vendor.id,
      towerId: tower.id,
      startDate: '2025-04-01',
      endDate: '2026-03-31',
      months: { 1: '3.00', 12: null },
      reason,
    }).expect(200);

    expect(body).toMatchObject({
      version: 2,
      service: 'after',
      vendor: vendor.name,
      tower: tower.name,
      startDate: '2025-04-01',
      owner: 'Asha',
      budget: '13.00',
    });
    expect(body.months).toEqual(['3.00', ...Array(10).fill('1.00'), null]);
    expect(await read(id)).toEqual(body);
    const entries = await historyOf(id);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({ action: 'service.updated', fy: 'FY26', reason });
    expect(entries[0].changes).toEqual({
      service: { from: 'before', to: 'after' },
      vendorId: { from: null, to: { id: vendor.id, name: vendor.name } },
      towerId: { from: null, to: { id: tower.id, name: tower.name } },
      startDate: { from: null, to: '2025-04-01' },
      endDate: { from: null, to: '2026-03-31' },
      budget: { from: '12.00', to: '13.00' },
      'months.1': { from: '1.00', to: '3.00' },
      'months.12': { from: '1.00', to: null },
    });
  });

  test('keeps the shape of a year that has one, and levels it where the phasing says so', async () => {
    const shape = ['10.00', '20.00', '70.00', ...Array<null>(9).fill(null)];
    const profile = await planned(shape, { phasing: 'PROFILE' });
    const even = await planned(shape);
    const change = { budget: '200.01', reason };
    expect((await patch(profile.id, 1, change)).body.months).toEqual([
      '20.00',
      '40.00',
      '140.01',
      ...Array(9).fill('0.00'),
    ]);
    expect((await patch(even.id, 1, change)).body.months).toEqual([
      ...Array(9).fill('16.67'),
      ...Array(3).fill('16.66'),
    ]);
  });

  test('plans a service that had no budget in this year', async () => {
    const { id } = await createService();
    const { body } = await patch(id, 1, { months: { 7: '5' }, reason }).expect(200);
    expect(body).toMatchObject({ budget: '5.00', version: 2 });
    expect(body.months).toEqual([...Array<null>(6).fill(null), '5.00', ...Array<null>(5).fill(null)]);
  });

  test('that changes nothing makes no version and no entry', async () => {
    const { id } = await planned('1.00', { owner: 'Asha' });
    const same = { owner: ' Asha ', budget: '12', phasing: 'EVEN', reason };
    expect((await patch(id, 1, same).expect(200)).headers['etag']).toBe('"v1"');
    expect((await patch(id, 1, { months: { 1: '01.0' }, reason }).expect(200)).body.version).toBe(1);
    expect(await historyOf(id)).toEqual([]);
  });

  test.each([
    ['0', '0.00'],
    ['-0.00', '0.00'],
    ['007.5', '7.50'],
    ['-12.30', '-12.30'],
    ['999999999999.99', '999999999999.99'],
    ['-999999999999.99', '-999999999999.99'],
    ['0000000000000005', '5.00'],
  ])('takes %s as %s', async (given, kept) => {
    const { id } = await planned('1.00');
    expect((await patch(id, 1, { months: { 2: given }, reason }).expect(200)).body.months[1]).toBe(kept);
  });

  test('says of an absurd size how large an amount may be', async () => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { budget: '240000000000000', reason }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/budget', message: amountTooLarge }]);
  });

  test.each([
    [5],
    ['1000000000000'],
    ['-1000000000000.00'],
    ['1.005'],
    ['1e400'],
    ['NaN'],
    ['1,234.56'],
    [' 5 '],
    ['(5)'],
    ['١٢'],
    [{ contains: '' }],
    [[]],
    [''],
    ['+5'],
    ['.5'],
    ['5.'],
    ['100000000000000'],
    [true],
    ['₹5'],
  ])('refuses %j as money, for a year and for a month', async (amount) => {
    const { id } = await planned('1.00');
    const year = await patch(id, 1, { budget: amount, reason }).expect(422);
    expect(year.body.errors[0].pointer).toBe('/budget');
    const month = await patch(id, 1, { months: { 4: amount }, reason }).expect(422);
    expect(month.body.errors[0].pointer).toBe('/months/4');
    await patch(id, 1, { budget: null, reason }).expect(422);
  });

  test.each([
    [{}],
    [{ reason }],
    [{ months: {}, reason }],
    [{ months: { 0: '1' }, reason }],
    [{ months: { 13: '1' }, reason }],
    [{ months: { m01: '1' }, reason }],
    [{ months: ['1'], reason }],
    [{ budget: '1', months: { 1: '1' }, reason }],
    [{ owner: 'Asha', colour: 'red' }],
    [{ owner: { contains: '' } }],
    [{ owner: null }],
    [{ version: 3 }],
    [{ id: 3 }],
    [{ lastRemark: 'not this way' }],
    [{ retiredAt: null }],
    [{ vendorId: '3' }],
    [{ vendorId: 1.5 }],
    [{ vendorId: 2_147_483_648 }],
    [{ serviceType: 'shared' }],
    [{ phasing: null }],
    [{ owner: 'Asha', reason: 'no' }],
    [{ owner: 'x'.repeat(121) }],
    [{ uid: '' }],
    [{ uid: '   ' }],
    [{ uid: null }],
  ])('refuses %j', async (body) => {
    const { id } = await planned('1.00');
    await patch(id, 1, body).expect(422);
    expect((await read(id)).version).toBe(1);
  });

  test.each([
    ['{"owner":"Asha","__proto__":{"admin":true}}', 422],
    ['{"__proto__":{"owner":"Asha"}}', 422],
    ['{"months":{"__proto__":"1.00"},"reason":"prototype"}', 422],
    ['{"months":{"1":"1.00","constructor":"1.00"},"reason":"prototype"}', 422],
    ['{"owner":"Asha","owner":"Ravi"}', 400],
    ['{"owner":"Asha"', 400],
    ['"owner"', 400],
    ['[]', 422],
  ])('answers the body %s with %i', async (body, status) => {
    const { id } = await planned('1.00', { owner: 'nobody' });
    await patch(id, 1, body).expect(status);
    expect(await read(id)).toMatchObject({ version: 1, owner: 'nobody' });
  });

  test.each([
    ['NUL', 'A\u0000B'],
    ['a lone surrogate', 'A\ud800B'],
    ['a zero-width space', 'A\u200bB'],
    ['a direction override', 'A\u202eB'],
    ['a line break', 'A\nB'],
  ])('refuses %s in a code or name', async (_name, text) => {
    const { id } = await planned('1.00');
    await patch(id, 1, { uid: text }).expect(422);
    await patch(id, 1, { owner: text }).expect(422);
  });

  test.each(['<script>alert(1)</script>', '{{7*7}}', "'; DROP TABLE services; --", '=1+1', 'नमस्ते 👋'])(
    'keeps %s as the text it is',
    async (text) => {
      const { id } = await planned('1.00');
      await patch(id, 1, { service: text, description: `${text}\nsecond line` }).expect(200);
      expect(await read(id)).toMatchObject({ service: text, description: `${text}\nsecond line` });
    },
  );

  test.each([
    ['in another case', 'sap-É1'],
    ['with blanks around', '  SAP-É1 '],
    ['in another Unicode form', 'SAP-É1'.normalize('NFD')],
  ])('refuses a UID that exists %s', async (_how, uid) => {
    const taken = await createService({ uid: 'SAP-É1' }).catch(() => undefined);
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { uid }).expect(409);
    expect(body.detail ?? body.title).toContain('UID');
    if (taken) await patch(taken.id, 1, { uid: 'sap-É1' }).expect(200); // its own, in another case
    if (taken) await patch(taken.id, 2, { uid: 'SAP-É1' }).expect(200);
  });

  test('refuses an end before the start, whichever of them moves', async () => {
    const { id } = await planned('1.00', { startDate: new Date('2025-04-01'), endDate: new Date('2026-03-31') });
    for (const body of [
      { startDate: '2026-04-01' },
      { endDate: '2025-03-31' },
      { startDate: '2026-01-02', endDate: '2026-01-01' },
    ]) {
      const refused = await patch(id, 1, body).expect(422);
      expect(refused.body.errors[0].pointer).toBe('/endDate');
    }
    await patch(id, 1, { startDate: '2026-03-31' }).expect(200);
    await patch(id, 2, { startDate: null, endDate: '2020-01-01' }).expect(200);
  });

  test.each(['2026-02-30', '01/02/2026', '0000-01-01', '99999-01-01', '2026-1-1', '2026-01-01T00:00:00Z', 20260101])(
    'refuses the date %s',
    async (renewalDate) => {
      const { id } = await planned('1.00');
      const { body } = await patch(id, 1, { renewalDate }).expect(422);
      expect(body.errors[0].pointer).toBe('/renewalDate');
    },
  );

  test.each([
    'vendorId',
    'budgetHeadId',
    'towerId',
    'allocationTypeId',
    'poEntityId',
    'entityId',
    'budgetKeyId',
    'actualKeyId',
  ])('refuses a %s that does not exist', async (field) => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { [field]: 999_999 }).expect(422);
    expect(JSON.stringify(body)).not.toMatch(/constraint|fkey|SQL|prisma/i);
    expect((await read(id)).version).toBe(1);
  });

  test('finds a parent by its UID in any case, and refuses one that is missing or leads back', async () => {
    const [top, middle, leaf] = [await planned('1.00', { uid: 'Top-1' }), await planned('1.00'), await planned('1.00')];
    expect((await patch(middle.id, 1, { parentUid: ' top-1 ' }).expect(200)).body.parentUid).toBe('Top-1');
    await patch(leaf.id, 1, { parentUid: middle.uid }).expect(200);
    const again = await patch(middle.id, 2, { parentUid: 'TOP-1' }).expect(200);
    expect(again.body.version).toBe(2);

    expect((await patch(top.id, 1, { parentUid: 'nobody' }).expect(422)).body.errors[0].pointer).toBe('/parentUid');
    for (const uid of [top.uid, middle.uid, leaf.uid]) await patch(top.id, 1, { parentUid: uid }).expect(422);
    expect((await read(top.id)).parentUid).toBeNull();
    expect((await patch(leaf.id, 2, { parentUid: null }).expect(200)).body.parentUid).toBeNull();
  });

  test('takes a parent away from no one: two services cannot become each other’s parent at the same moment', async () => {
    const [one, two] = [await planned('1.00'), await planned('1.00')];
    const answers = await Promise.all([
      patch(one.id, 1, { parentUid: two.uid }),
      patch(two.id, 1, { parentUid: one.uid }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 422]);
  });

  test('clears the entity of a service that becomes shared, and hands it out by its key', async () => {
    const [a, b] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [a.id, '1'],
      [b.id, '3'],
    ]);
    const { id } = await planned(['100.00', ...everyMonth('0').slice(1)], { entityId: a.id });
    const { body } = await patch(id, 1, { serviceType: 'Shared', budgetKeyId: key.id }).expect(200);
    expect(body).toMatchObject({ serviceType: 'Shared', entityId: null, entity: null });
    const entities = await viewer.get(`/api/services/${id}/entities?fy=FY26`).expect(200);
    expect(entities.body.data.map(({ budget }: { budget: string }) => budget).toSorted()).toEqual(['25.00', '75.00']);
    await patch(id, 2, { entityId: a.id }).expect(200); // stays shared, so it stays nobody's
    expect((await read(id)).entityId).toBeNull();
  });

  test('wants a reason for amounts', async () => {
    const { id } = await planned('1.00');
    const refused = await patch(id, 1, { budget: '24.00' }).expect(422);
    expect(refused.body.errors).toMatchObject([{ pointer: '/reason', code: 'required' }]);
    await patch(id, 1, { months: { 1: '2.00' } }).expect(422);
    await patch(id, 1, { owner: 'needs no reason' }).expect(200);
  });

  test('leaves a plan alone that is no draft, and still takes fields', async () => {
    const { id } = await planned('1.00');
    const { body } = await patch(id, 1, { budget: '1.00', owner: 'Asha', reason }, editor, 'FY25').expect(409);
    expect(body.detail).toContain('draft');
    expect((await read(id)).owner).toBe('');
    await patch(id, 1, { owner: 'Asha' }, editor, 'FY25').expect(200);
  });

  test('is for editors, and for years and rows that exist', async () => {
    const { id } = await planned('1.00');
    await patch(id, 1, { owner: 'x' }, viewer).expect(403);
    await api.patch(`/api/budgets/${id}?fy=FY26`).set('if-match', '"v1"').send({ owner: 'x' }).expect(401);
    await patch(id, 1, { owner: 'x' }, editor, 'FY77').expect(404);
    await patch(999_999, 1, { owner: 'x' }).expect(404);
    await patchMany([{ id, version: 1, owner: 'x' }], viewer).expect(403);
    expect((await read(id)).version).toBe(1);
  });
});

describe('two people on one row', () => {
  test('need to have seen it: 428 without a version, 412 with a stale one, and never a guess', async () => {
    const { id } = await planned('1.00');
    const send = (tag?: string) =>
      editor
        .patch(`/api/budgets/${id}?fy=FY26`)
        .set(tag ? { 'if-match': tag } : {})
        .send({ owner: 'Asha' });
    await send().expect(428);
    for (const tag of ['*', 'W/"v1"', 'v1', '"1"', '"v1", "v2"', '""', '"v-1"']) await send(tag).expect(400);
    await send('"v1"').expect(200);
    const { headers } = await send('"v1"').expect(412);
    expect(headers['etag']).toBe('"v2"');
    await send('"v3"').expect(412);
    await send('"v0"').expect(412);
  });

  test('at the same moment: one wins, the others are told', async () => {
    const { id } = await planned('1.00');
    const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((owner) => patch(id, 1, { owner })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412, 412, 412]);
    const winner = answers.find(({ status }) => status === 200)!;
    expect(await read(id)).toMatchObject({ version: 2, owner: winner.body.owner });
    expect(await historyOf(id)).toHaveLength(1);
  });
});

describe('PATCH /api/budgets', () => {
  test('changes many rows in one step, each with its own entry', async () => {
    const [one, two, three] = [await planned('1.00'), await planned('2.00'), await planned('3.00')];
    const { body } = await patchMany([
      { id: three.id, version: 1, owner: 'Asha' },
      { id: one.id, version: 1, budget: '0.05' },
      { id: two.id, version: 1, months: { 1: null }, uid: `${two.uid}-b` },
    ]).expect(200);
    expect(body.data).toMatchObject([
      { id: three.id, owner: 'Asha', version: 2 },
      { id: one.id, budget: '0.05', version: 2 },
      { id: two.id, budget: '22.00', uid: `${two.uid}-b`, version: 2 },
    ]);
    for (const { id } of [one, two, three]) expect(await historyOf(id)).toHaveLength(1);
  });

  test('saves nothing when one row was changed meanwhile, and names it', async () => {
    const [one, two] = [await planned('1.00'), await planned('2.00')];
    await patch(two.id, 1, { owner: 'somebody else' }).expect(200);
    const { body } = await patchMany([
      { id: one.id, version: 1, owner: 'Asha' },
      { id: two.id, version: 1, owner: 'Asha' },
    ]).expect(412);
    expect(body.detail).toContain(two.uid);
    expect(body.errors).toMatchObject([{ pointer: '/changes/1', code: 'stale' }]);
    expect(await read(one.id)).toMatchObject({ version: 1, owner: '' });
    expect(await historyOf(one.id)).toEqual([]);
  });

  test.each([
    ['an unknown vendor', { vendorId: 999_999 }, 422],
    ['an end before the start', { startDate: '2026-01-02', endDate: '2026-01-01' }, 422],
    ['a UID that is taken', { uid: 'bulk-taken' }, 409],
    ['a parent that is not there', { parentUid: 'nobody at all' }, 422],
  ])('saves nothing when one row has %s', async (_what, wrong, status) => {
    await createService({ uid: 'BULK-TAKEN' }).catch(() => undefined);
    const [one, two] = [await planned('1.00'), await planned('2.00')];
    await patchMany([
      { id: one.id, version: 1, budget: '500.00' },
      { id: two.id, version: 1, ...wrong },
    ]).expect(status);
    expect(await read(one.id)).toMatchObject({ version: 1, budget: '12.00' });
    expect(await historyOf(one.id)).toEqual([]);
  });

  test('takes 200 rows and no more, none twice, and at least one', async () => {
    const { id } = await planned('1.00');
    const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: id + n, version: 1, owner: 'x' }));
    await patchMany(rows(201)).expect(422);
    await patchMany([]).expect(422);
    await patchMany([...rows(1), ...rows(1)]).expect(422);
    await patchMany([{ id, version: 1 }]).expect(422);
    await patchMany([{ id, owner: 'x' }]).expect(422);
    await patchMany([{ id, version: 1, budget: 5 }]).expect(422);
    await patchMany([
      { id, version: 1, owner: 'x' },
      { id: 999_999, version: 1, owner: 'x' },
    ]).expect(404);
    await editor
      .patch('/api/budgets?fy=FY26')
      .send({ changes: [{ id, version: 1, budget: '5.00' }] })
      .expect(422);
    expect((await read(id)).version).toBe(1);
  });

  test('of overlapping blocks at the same moment end without a deadlock, each whole or not at all', async () => {
    const services = await Promise.all(Array.from({ length: 12 }, () => planned('1.00')));
    const block = (owner: string, order: typeof services) =>
      patchMany(order.map(({ id }) => ({ id, version: 1, owner })));
    const answers = await Promise.all([
      block('a', services),
      block('b', services.toReversed()),
      block('c', services.slice(3, 9)),
      block('d', services.slice(6).toReversed()),
    ]);
    expect(answers.every(({ status }) => status === 200 || status === 412)).toBe(true);
    const owners = new Set(await Promise.all(services.map(async ({ id }) => (await read(id)).owner)));
    for (const [index, owner] of ['a', 'b', 'c', 'd'].entries())
      expect(owners.has(owner), owner).toBe(answers[index]!.status === 200);
  });
});

describe('a scoped editor', () => {
  let mine: { id: number; name: string };
  let other: { id: number; name: string };
  let scoped: Person;

  beforeAll(async () => {
    [mine, other] = [await createEntity(), await createEntity()];
    scoped = await as('Editor', [mine.id]);
  });

  test('edits what is wholly his', async () => {
    const { id } = await planned('1.00', { entityId: mine.id });
    await patch(id, 1, { owner: 'Asha', budget: '24.00', reason }, scoped).expect(200);
    expect(await read(id, scoped)).toMatchObject({ owner: 'Asha', budget: '24.00', editable: true });
  });

  test('reads but does not touch what he has a share of', async () => {
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '1'],
    ]);
    const { id } = await planned('2.00', { serviceType: 'Shared', budgetKeyId: key.id });
    expect(await read(id, scoped)).toMatchObject({ budget: '12.00', editable: false });
    await patch(id, 1, { owner: 'Asha' }, scoped).expect(403);
    await patchMany([{ id, version: 1, owner: 'Asha' }], scoped).expect(403);
  });

  test('knows nothing of what belongs to others, not even by a wrong version', async () => {
    const own = await planned('1.00', { entityId: mine.id });
    const foreign = await planned('1.00', { entityId: other.id });
    const unowned = await planned('1.00');
    for (const { id } of [foreign, unowned]) {
      await scoped.get(`/api/budgets/${id}?fy=FY26`).expect(404);
      await patch(id, 7, { owner: 'Asha' }, scoped).expect(404);
    }
    await patchMany(
      [own, foreign].map(({ id }) => ({ id, version: 1, owner: 'Asha' })),
      scoped,
    ).expect(404);
    expect((await read(own.id)).owner).toBe('');
  });

  test('cannot give a service away, share it, or make it nobody’s', async () => {
    const { id } = await planned('1.00', { entityId: mine.id });
    for (const body of [{ entityId: other.id }, { entityId: null }, { serviceType: 'Shared' }]) {
      const refused = await patch(id, 1, body, scoped).expect(422);
      expect(refused.body.errors[0].pointer).toBe('/entityId');
    }
    expect((await read(id)).entityId).toBe(mine.id);
  });

  test('cannot hang a service under one he does not see', async () => {
    const foreign = await planned('1.00', { entityId: other.id });
    const { id } = await planned('1.00', { entityId: mine.id });
    const hidden = await patch(id, 1, { parentUid: foreign.uid }, scoped).expect(422);
    const missing = await patch(id, 1, { parentUid: 'no such uid' }, scoped).expect(422);
    expect(hidden.body.errors).toEqual(missing.body.errors);
  });
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
