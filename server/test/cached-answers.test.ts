import { trackerFields, trackerListQuery } from '@opex/contracts/tracker';
import { type CatalogueField, editableOf, storedName } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import request from 'supertest';
import { beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { forgetAll } from '../src/cache/cache.ts';
import { forgetRows } from '../src/cache/rows.ts';
import * as make from './factories/index.ts';
import { sql } from './harness/sql.ts';
import { addDays, dayMs, today } from '../src/lib/time.ts';

/** After every write each reader gets the same from the cache as without it. */

const api = request(createApp());
type Headers = Awaited<ReturnType<typeof make.signedInAs>>;
let editor: Headers;
const readers: Record<string, Headers> = {};
let paths: string[];
const services: { id: number; uid: string }[] = [];
const masters: Record<string, number[]> = {};

beforeAll(async () => {
  await make.createYear('FY25');
  const year = await make.createYear('FY26');
  const [mine, other] = [await make.createEntity(), await make.createEntity()];
  const towers = [await make.createTower(), await make.createTower()];
  const vendors = [await make.createVendor(), await make.createVendor()];
  const keys = [await make.createKey([[mine.id, '3'], [other.id, '1']]), await make.createKey([[other.id, '1']])]; // prettier-ignore
  for (let number = 0; number < 12; number++)
    services.push(
      await make.createService(
        {
          towerId: towers[number % 2]!.id,
          vendorId: vendors[number % 2]!.id,
          renewalDate: new Date(Date.now() + number * dayMs),
          ...(number % 3 === 0
            ? { serviceType: 'Shared', budgetKeyId: keys[0]!.id }
            : { entityId: number % 3 === 1 ? mine.id : other.id }),
          ...(number > 8 && { parentId: services[number - 8]!.id }),
        },
        { planId: year.planId, months: make.everyMonth(String(1000 + number)) },
      ),
    );
  Object.assign(masters, {
    ...{ vendors: vendors.map(({ id }) => id), towers: towers.map(({ id }) => id) },
    ...{ entities: [mine.id, other.id], 'allocation-keys': keys.map(({ id }) => id) },
  });
  editor = await make.signedInAs('Admin');
  readers['all'] = await make.signedInAs('Viewer');
  readers['mine'] = await make.signedInAs('Viewer', [mine.id]);
  paths = [
    '/api/reports/dashboard?fy=FY26',
    `/api/reports/dashboard?fy=FY26&entity=${mine.id}`,
    ...Object.keys(trackerFields).map((field, index) =>
      index % 2 === 0
        ? `/api/budgets?fy=FY26&limit=5&sort=${field}`
        : `/api/budgets?fy=FY26&limit=5&page=2&with=months&sort=-${field}`,
    ),
    '/api/budgets?fy=FY26&q=changed',
    '/api/budgets?fy=FY26&status=Active',
    '/api/budgets?fy=FY26&exception=over-budget',
    '/api/budgets?fy=FY26&exception=unallocated',
    `/api/budgets?fy=FY26&key=${keys[1]!.id}`,
    '/api/budgets?fy=FY26&horizon=2&with=month-totals&sort=-monthBudget',
    `/api/budgets?fy=FY26&tower=${towers[0]!.id}`,
    `/api/budgets?fy=FY26&parentUid=${services[2]!.uid}`,
    `/api/budgets?fy=FY26&description.like=changed`,
    `/api/budgets?fy=FY26&budget.gte=5000`,
    ...[mine, other].map(({ id }) => `/api/budgets?fy=FY26&entity=${id}&sort=-budget`),
    ...['towers', 'vendors', 'entities'].map((kind) => `/api/${kind}`),
  ];
});

test('asks for the tracker by everything that it can be asked by', () => {
  const asked = new Set(paths.flatMap((path) => [...new URL(path, 'http://x').searchParams.keys()]));
  const own = Object.keys(trackerListQuery.shape).filter((name) => !(name.split('.')[0]! in trackerFields));
  expect(own.filter((name) => !asked.has(name))).toEqual(['after']);
});

async function everything() {
  const answers: Record<string, unknown> = {};
  for (const [reader, headers] of Object.entries(readers))
    for (const path of paths) {
      const { body, status } = await api.get(path).set(headers);
      answers[`${reader} ${path}`] = status === 200 ? (body as unknown) : status;
    }
  return answers;
}

async function compare() {
  const kept = await everything();
  forgetAll();
  forgetRows();
  expect(kept).toEqual(await everything());
}

const versionOf = async (id: number) =>
  (await sql<{ version: number }>('SELECT version FROM services WHERE id = $1', [id]))[0]!.version;
const patch = async (id: number, body: object) =>
  api
    .patch(`/api/budgets/${id}?fy=FY26`)
    .set(editor)
    .set('if-match', `"v${await versionOf(id)}"`)
    .send({ ...body, reason: 'to see who is told' })
    .expect(200);

function changed(name: string, field: CatalogueField) {
  switch (field.kind) {
    case 'day':
      return name === 'startDate' ? '2024-01-01' : addDays(today(), 3);
    case 'choice':
      return field.values.at(-1);
    case 'reference':
      return masters[field.of]?.at(-1) ?? null;
    case 'parent':
      return services[3]!.uid;
    default:
      return `changed ${name}`;
  }
}

test.each(editableOf(serviceFields))('a changed %s', async (name, field) => {
  await everything();
  for (const { id } of [services[1]!, services[4]!]) {
    const body = { [storedName(name, field)]: changed(name, field) };
    if (name === 'uid') body['uid'] = `${String(body['uid'])} ${id}`;
    if (name === 'serviceType')
      Object.assign(body, { serviceType: 'Shared', budgetKeyId: masters['allocation-keys']![0] });
    if (name === 'entity') Object.assign(body, { serviceType: 'Dedicated' });
    await patch(id, body);
  }
  await compare();
});

const other: [string, () => Promise<unknown>][] = [
  ['a month', () => patch(services[0]!.id, { months: { 3: '77777.00' } })],
  ['a month that is emptied', () => patch(services[1]!.id, { months: { 4: null } })],
  ['a year', () => patch(services[2]!.id, { budget: '99999.00' })],
  [
    'a remark',
    () => api.post(`/api/services/${services[5]!.id}/remarks`).set(editor).send({ text: 'changed' }).expect(201),
  ],
  [
    'a service that is retired',
    async () =>
      api
        .post(`/api/services/${services[6]!.id}/retire`)
        .set(editor)
        .set('if-match', `"v${await versionOf(services[6]!.id)}"`)
        .send({ reason: 'no longer used' })
        .expect(200),
  ],
  ['a new service', () => api.post('/api/services').set(editor).send({ uid: 'AAA', service: 'changed', fy: 'FY26', budget: '12.00', entityId: masters['entities']![0], reason: 'new' }).expect(201)], // prettier-ignore
  [
    'a master’s name',
    () =>
      api
        .patch(`/api/towers/${masters['towers']![0]}`)
        .set(editor)
        .set('if-match', '"v1"')
        .send({ name: 'AAA tower' })
        .expect(200),
  ],
  [
    'a key',
    () =>
      api
        .post(`/api/allocation-keys/${masters['allocation-keys']![0]}/versions`)
        .set(editor)
        .send({
          validFrom: '2025-06-01',
          drivers: [{ entityId: masters['entities']![1], value: '1' }],
          reason: 'moved',
        })
        .expect(201),
  ],
  [
    'facts written past the server',
    () => sql(`UPDATE plan_lines SET m05 = 4444 WHERE service_id = $1`, [services[7]!.id]),
  ],
];
test.each(other)('%s', async (_what, write) => {
  await everything();
  await write();
  await compare();
});
