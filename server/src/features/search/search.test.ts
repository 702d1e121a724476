import type { SearchHit } from '@opex/contracts/search';
import { beforeAll, expect, test } from 'vitest';
import {
  createEntity,
  createOrder,
  createService,
  createVendor,
  createYear,
  written,
} from '../../../test/factories/index.ts';
import { api, as, type Person } from '../../../test/harness/as.ts';
import { database } from '../../database/database.ts';

let viewer: Person;
let year: Awaited<ReturnType<typeof createYear>>;
let mine: { id: number };
let other: { id: number };
let order: { poNumber: string };

const find = async (q: string, who = viewer): Promise<SearchHit[]> =>
  (await who.get('/api/search').query({ q }).expect(200)).body.data;

beforeAll(async () => {
  viewer = await as('Viewer');
  year = await createYear('FY26');
  [mine, other] = [await createEntity(), await createEntity()];
  const vendor = await createVendor('Zebra & Sons');
  const service = await createService({
    uid: 'ZEB-1',
    service: 'Zebra crossing',
    entityId: mine.id,
    vendorId: vendor.id,
  });
  await createService({ uid: 'ZEB-2', service: '100% zebra', entityId: other.id });
  order = await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '5.00' });
});

test('finds services, vendors and purchase numbers in any case, services first', async () => {
  const hits = await find('zEbRa');
  expect(hits.map(({ kind, title }) => [kind, title])).toEqual([
    ['service', 'ZEB-1'],
    ['service', 'ZEB-2'],
    ['vendor', 'Zebra & Sons'],
  ]);
  expect(hits[0]!.detail).toBe('Zebra crossing');
  const [byNumber] = (await find(order.poNumber.toLowerCase())).filter(({ kind }) => kind === 'purchase');
  expect(byNumber).toMatchObject({ title: order.poNumber, id: hits[0]!.id, detail: 'ZEB-1 Zebra crossing' });
});

test.each([
  ['100%', ['ZEB-2']],
  ['%', ['ZEB-2']],
  ['_', []],
  ['\\', []],
  ["' OR 1=1 --", []],
])('takes %j literally', async (q, titles) => {
  expect((await find(q)).map(({ title }) => title)).toEqual(titles);
});

test('finds for a scoped reader what their entities have a share in, and nothing else', async () => {
  const [ofMine, ofOther] = [await as('Viewer', [mine.id]), await as('Viewer', [other.id])];
  expect((await find('zebra', ofMine)).map(({ title }) => title)).toEqual(['ZEB-1', 'Zebra & Sons']);
  expect((await find('zebra', ofOther)).map(({ title }) => title)).toEqual(['ZEB-2']);
  expect(await find(order.poNumber, ofOther)).toEqual([]);
  expect(await find('zebra', await as('Viewer', []))).toEqual([]);
});

test('gives a few of each kind, and wants something to look for', async () => {
  await database.vendor.createMany({ data: Array.from({ length: 9 }, (_, n) => ({ name: `Zebra ${n}` })) });
  expect((await find('zebra')).filter(({ kind }) => kind === 'vendor')).toHaveLength(5);
  for (const q of ['', '   ', 'x'.repeat(101), 'a\u0000b']) await viewer.get('/api/search').query({ q }).expect(422);
  await viewer.get('/api/search').expect(422);
  await viewer.get('/api/search').query({ q: 'zebra', limit: 5 }).expect(422);
  await api.get('/api/search').query({ q: 'zebra' }).expect(401);
});

test('finds an order of which a reader has any split, by the service of their own', async () => {
  const theirs = await createService({ uid: 'SPLIT-1', entityId: other.id });
  const own = await createService({ uid: 'SPLIT-2', service: 'Own', entityId: mine.id });
  const split = await createOrder({ serviceId: theirs.id, fiscalYearId: year.id, ordered: '5.00' });
  await written((tx) =>
    tx.purchaseSplit.create({
      data: { purchaseLineId: split.id, serviceId: own.id, fiscalYearId: year.id, ordered: '0' },
    }),
  );
  const hits = await find(split.poNumber, await as('Viewer', [mine.id]));
  expect(hits).toEqual([{ kind: 'purchase', id: own.id, title: split.poNumber, detail: 'SPLIT-2 Own' }]);
});
