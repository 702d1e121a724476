import { budgetFields, type BudgetField, type BudgetPage, type BudgetRow } from '@opex/contracts/budgets';
import { type FilterOperator, operatorsOf } from '@opex/contracts/list';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
  written,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { database } from '../../database/database.ts';
import { toUnits } from '../../lib/amounts/money.ts';

const fields = Object.keys(budgetFields) as BudgetField[];
const figures = fields.filter((field) => budgetFields[field] === 'amount');
let viewer: Person;
let rows: BudgetRow[];

const get = (query: object, who = viewer) => who.get('/api/budgets').query({ fy: 'FY26', ...query });
const list = async (query: object, who = viewer): Promise<BudgetPage> => (await get(query, who).expect(200)).body;
const idsOf = (found: { id: number }[]) => found.map(({ id }) => id);

/** Forty services on which every column has blanks, ties and differences of case. */
beforeAll(async () => {
  viewer = await as('Viewer');
  const years = await Promise.all([
    createYear('FY24'),
    createYear('FY25'),
    createYear('FY26', { reportedThrough: 5, state: 'OPEN' }),
  ]);
  const entity = await createEntity();
  const vendors = [await createVendor('zenith'), await createVendor('Acme'), await createVendor('acme two')];
  const towers = [await createTower('Network'), await createTower('cloud')];
  const named = async (create: (name: string) => Promise<{ id: number }>) => [
    await create('Beta'),
    await create('alpha'),
  ];
  const heads = await named((name) => database.budgetHead.create({ data: { name } }));
  const types = await named((name) => database.allocationType.create({ data: { name } }));
  const poEntities = await named((name) => database.poEntity.create({ data: { name } }));
  const ids: number[] = [];
  for (let n = 0; n < 40; n++) {
    const pick = <Item>(items: Item[], every = 1) => items[Math.floor(n / every) % items.length]!;
    const oneOf = (items: { id: number }[], every = 1) => pick([...items.map(({ id }) => id), null], every);
    const day = (...days: (string | null)[]) => pick(days.map((text) => text && new Date(text)));
    const { id } = await createService({
      uid: `${pick(['s', 'S'])}${String((n * 7) % 40).padStart(3, '0')}`,
      parentId: n > 5 ? pick([null, ids[0]!, ids[3]!]) : null,
      vendorId: oneOf(vendors),
      vendorService: pick(['', 'Gold', 'gold', 'Silver']),
      service: pick(['Backup', 'backup', 'Archive', 'Mail'], 2),
      description: pick([`${'long '.repeat(60)}${n % 4}`, '', 'Short']),
      contract: pick(['C1', 'c2', '']),
      startDate: day('2024-04-01', '2025-04-01', null),
      endDate: day(null, '2026-03-31', null, '2027-03-31', '2026-03-31'),
      renewalDate: day('2026-12-01', null, '2026-11-01', '2026-12-01'),
      budgetHeadId: oneOf(heads),
      towerId: oneOf(towers, 3),
      priority: pick(['High', 'low', '']),
      initiativeType: pick(['New', 'Existing', 'Existing']),
      ...(n % 7 === 0 ? { serviceType: 'Shared' } : { entityId: entity.id }),
      allocationTypeId: oneOf(types, 2),
      costLever: pick(['', 'Renegotiate', 'rightsize']),
      owner: pick(['Asha', 'ravi', '', 'Asha']),
      poEntityId: oneOf(poEntities),
      lastRemark: pick(['', 'Watch this', `${'word '.repeat(50)}${n % 3}`]),
      retiredAt: pick([null, null, null, new Date()]),
    });
    ids.push(id);
    for (const [index, year] of years.entries()) {
      const month = `${((n * 37 + index * 11) % 13) * 100 - (n % 5)}.${10 + (n % 7)}`;
      if (n % 6 > 0)
        await written((tx) =>
          tx.planLine.create({
            data: { planVersionId: year.planId, serviceId: id, m01: month, m06: n % 2 ? null : '0.01' },
          }),
        );
      if (n % 5 > 0)
        await createActual({
          serviceId: id,
          entityId: entity.id,
          fiscalYearId: year.id,
          months: [`${n % 9}.99`, '-3.50', ...everyMonth('1.01').slice(2)],
        });
    }
    if (n % 4 === 0)
      await createOrder({ serviceId: id, fiscalYearId: years[2].id, ordered: `${(n % 3) * 50}.25`, invoiced: '20.00' });
  }
  rows = (await list({ limit: 200, sort: 'id' })).data;
});

const isBlank = (value: unknown) => value === null || value === '';

/** What a row sorts by and is compared by, so that `<` gives the order. */
function keyOf(row: BudgetRow, field: BudgetField): string | number | bigint | null {
  const value = row[field];
  if (budgetFields[field] === 'amount') return toUnits(value as string);
  if (budgetFields[field] === 'date') return value;
  return typeof value === 'number' ? value : (value ?? '').toLowerCase();
}

/** Of a long text the beginning decides. */
const orderOf = (row: BudgetRow, field: BudgetField) => {
  const key = keyOf(row, field);
  return typeof key === 'string' ? key.slice(0, 200) : key;
};

function sorted(sort: string): BudgetRow[] {
  const terms = sort.split(',').map((term) => ({ field: term.replace('-', ''), down: term.startsWith('-') }));
  const compare = (a: string | number | bigint | null, b: typeof a, down: boolean) => {
    if (a === b) return 0;
    if (a === null) return 1;
    if (b === null) return -1;
    return a < b === down ? 1 : -1;
  };
  return rows.toSorted((a, b) => {
    for (const { field, down } of terms) {
      const order = compare(orderOf(a, field as BudgetField), orderOf(b, field as BudgetField), down);
      if (order !== 0) return order;
    }
    return compare(a.id, b.id, terms[0]!.down);
  });
}

/** Every page after the first by the cursor of the page before. */
async function walk(query: { limit: number; sort?: string }): Promise<number[]> {
  const ids: number[] = [];
  let after: string | null | undefined;
  do {
    const page: BudgetPage = await list({ ...query, ...(after && { after }) });
    ids.push(...idsOf(page.data));
    after = page.pagination.next;
  } while (after && ids.length < 1000);
  return ids;
}

describe('the order', () => {
  test.each(fields)('by %s is right in both directions, blank dates last, equal rows by id', async (field) => {
    expect(new Set(rows.map((row) => keyOf(row, field))).size).toBeGreaterThan(1);
    for (const sort of [field, `-${field}`])
      expect(idsOf((await list({ sort, limit: 200 })).data), sort).toEqual(idsOf(sorted(sort)));
  });

  test.each([
    'tower,-budget',
    '-tower,vendor,owner',
    'endDate,-renewalDate,uid',
    '-endDate,renewalDate',
    'status,-startDate,endDate,-renewalDate,budget',
  ])('by %s takes each column in its own direction', async (sort) => {
    expect(idsOf((await list({ sort, limit: 200 })).data)).toEqual(idsOf(sorted(sort)));
  });

  test('without a wish is by UID', async () => {
    expect(idsOf((await list({ limit: 200 })).data)).toEqual(idsOf(sorted('uid')));
  });
});

describe('pages', () => {
  test('by number cut the same list, and say how many there are', async () => {
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((page) => list({ page, limit: 7, sort: 'tower' })));
    expect(pages.flatMap(({ data }) => idsOf(data))).toEqual(idsOf(sorted('tower')));
    expect(pages[0]!.pagination).toMatchObject({ page: 1, limit: 7, total: 40, pages: 6 });
    expect(pages[6]!.data).toEqual([]);
    expect(pages[6]!.pagination.next).toBeNull();
  });

  test.each(fields)('by cursor walk the whole list by %s, up and down', async (field) => {
    for (const sort of [field, `-${field}`]) expect(await walk({ limit: 7, sort }), sort).toEqual(idsOf(sorted(sort)));
  });

  test.each(['-endDate,renewalDate', 'endDate,-renewalDate,-budget', 'tower,-startDate'])(
    'by cursor walk the whole list by %s',
    async (sort) => {
      expect(await walk({ limit: 3, sort })).toEqual(idsOf(sorted(sort)));
    },
  );

  test('by cursor walk the list that nobody gave an order', async () => {
    expect(await walk({ limit: 9 })).toEqual(idsOf(sorted('uid')));
  });

  test('take no cursor that was changed, made up, or made for another order', async () => {
    const next = (await list({ sort: 'budget', limit: 3 })).pagination.next!;
    const [payload = '', seal = ''] = next.split('.');
    const forged = Buffer.from(JSON.stringify(['budget', '0', '1'])).toString('base64url');
    await get({ sort: 'budget', after: next }).expect(200);
    for (const after of [`${forged}.${seal}`, `${payload}.${'A'.repeat(seal.length)}`, payload, 'x', ''])
      await get({ sort: 'budget', after }).expect(400);
    for (const odd of ['€'.repeat(22), `${seal.slice(0, 21)}é`, `${seal.slice(0, 21)}=`, `${seal} `])
      await get({ sort: 'budget', after: `${payload}.${odd}` }).expect(400);
    for (const sort of ['-budget', 'actual', 'budget,uid']) await get({ sort, after: next }).expect(400);
    await get({ after: next }).expect(400);
  });

  test('end at offset 10 000; beyond it takes a cursor', async () => {
    await get({ page: 201, limit: 50 }).expect(200);
    const { body } = await get({ page: 202, limit: 50 }).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/page' }]);
    expect(body.errors[0].message).toContain('after');
  });

  test.each(['uid,-uid', 'uid,uid', 'id,uid,owner,budget,actual,tower', '', '--uid', 'constructor'])(
    'refuse the order %j',
    async (sort) => {
      await get({ sort }).expect(422);
    },
  );
});

describe('totals', () => {
  const sumOf = (found: BudgetRow[], field: BudgetField) =>
    found.reduce((sum, row) => sum + toUnits(row[field] as string), 0n);

  test.each([{}, { status: 'Active' }, { 'budget.lt': '0' }, { q: 'backup', 'endDate.empty': 'true' }])(
    'over the filter %j are the exact sum of all its pages',
    async (filter) => {
      const pages = await Promise.all([1, 2, 3, 4].map((page) => list({ ...filter, page, limit: 12 })));
      const found = pages.flatMap(({ data }) => data);
      expect(found.length).toBe(pages[0]!.pagination.total);
      expect(found.length).toBeGreaterThan(0);
      for (const { totals } of pages)
        for (const field of figures)
          expect(toUnits(totals[field as keyof typeof totals]), field).toBe(sumOf(found, field));
    },
  );

  test('of nothing are zero', async () => {
    const { data, totals, pagination } = await list({ q: 'there is no such service' });
    expect(data).toEqual([]);
    expect(new Set(Object.values(totals))).toEqual(new Set(['0.00']));
    expect(pagination).toMatchObject({ total: 0, pages: 0, next: null });
  });

  test('variance is budget less actual, and to date only what is reported', () => {
    for (const row of rows) {
      expect(toUnits(row.variance)).toBe(toUnits(row.budget) - toUnits(row.actual));
      expect(toUnits(row.ytdVariance)).toBe(toUnits(row.ytdBudget) - toUnits(row.ytdActual));
    }
    expect(rows.some((row) => row.ytdActual !== row.actual && row.ytdBudget !== row.budget)).toBe(true);
  });
});

describe('filters', () => {
  const valueOf = (row: BudgetRow, field: BudgetField) =>
    budgetFields[field] === 'reference' ? row[`${field}Id` as keyof BudgetRow] : keyOf(row, field);

  /** What the operator means, said in another language than SQL. */
  const meaning: Record<FilterOperator, (value: unknown, wanted: unknown[], name: string) => boolean> = {
    eq: (value, wanted) => wanted.includes(value),
    ne: (value, wanted) => !wanted.includes(value),
    gte: (value, [wanted]) => value !== null && value! >= wanted!,
    gt: (value, [wanted]) => value !== null && value! > wanted!,
    lte: (value, [wanted]) => value !== null && value! <= wanted!,
    lt: (value, [wanted]) => value !== null && value! < wanted!,
    like: (_value, [wanted], name) => name.includes((wanted as string).toLowerCase()),
    empty: (value, [wanted]) => isBlank(value) === (wanted === 'true'),
  };
  const matching = (field: BudgetField, operator: FilterOperator, wanted: unknown[]) =>
    rows.filter((row) => meaning[operator](valueOf(row, field), wanted, String(row[field] ?? '').toLowerCase()));
  /** As a person would write it: any case, money with two decimals. */
  const write = (value: unknown) => {
    if (typeof value === 'bigint')
      return `${value < 0n ? '-' : ''}${String(value < 0n ? -value : value).padStart(3, '0')}`.replace(/(..)$/, '.$1');
    return String(value).toUpperCase();
  };

  const cases = fields.flatMap((field) => operatorsOf[budgetFields[field]].map((operator) => ({ field, operator })));

  test.each(cases)('$field.$operator finds exactly the rows it means', async ({ field, operator }) => {
    const values = [...new Set(rows.map((row) => valueOf(row, field)).filter((value) => !isBlank(value)))];
    const middle = values.toSorted((a, b) => (a! < b! ? -1 : 1))[Math.floor(values.length / 2)];
    const someName = String(rows.find((row) => !isBlank(row[field]))![field]);
    const wanted: unknown[][] = {
      eq: [[middle], values.slice(0, 2)],
      ne: [[middle], values.slice(0, 2)],
      gte: [[middle]],
      gt: [[middle]],
      lte: [[middle]],
      lt: [[middle]],
      like: [[someName.slice(1, 4).toUpperCase()]],
      empty: [['true'], ['false']],
    }[operator];
    for (const choice of wanted) {
      const parameter = operator === 'eq' ? field : `${field}.${operator}`;
      const value = operator === 'empty' ? choice[0] : choice.map(write).join(',');
      const page = await list({ [parameter]: value, limit: 200, sort: 'id' });
      const expected = matching(field, operator, choice);
      expect(idsOf(page.data), `${parameter}=${value as string}`).toEqual(idsOf(expected));
      expect(page.pagination.total).toBe(expected.length);
    }
  });

  test('together all hold', async () => {
    const page = await list({
      'budget.gte': '0',
      status: 'active',
      'vendor.like': 'ACME',
      'owner.ne': 'Asha',
      limit: 200,
      sort: 'id',
    });
    const expected = rows.filter(
      (row) =>
        toUnits(row.budget) >= 0n &&
        row.status === 'Active' &&
        row.vendor?.toLowerCase().includes('acme') &&
        row.owner !== 'Asha',
    );
    expect(expected.length).toBeGreaterThan(1);
    expect(idsOf(page.data)).toEqual(idsOf(expected));
  });

  test.each([
    ['owner.gte', 'a'],
    ['tower.gt', '1'],
    ['budget.like', '1'],
    ['endDate.empty', 'yes'],
    ['vendor', 'Acme'],
    ['vendor', '1,'],
    ['budget', '1.005'],
    ['id', '1e3'],
    ['endDate', '2026-02-30'],
    ['budget.between', '1'],
  ])('refuse %s=%s', async (parameter, value) => {
    const { body } = await get({ [parameter]: value }).expect(422);
    expect(body.errors[0].pointer).toBe(`/${parameter}`);
  });

  test('and a year that does not exist is not found', async () => {
    const { body } = await get({ fy: 'FY77' }).expect(404);
    expect(body.detail).toContain('FY77');
    await get({ fy: '2026' }).expect(422);
  });
});

describe('the search', () => {
  const find = async (query: object) => (await list({ ...query, sort: 'service' })).data.map(({ service }) => service);

  beforeAll(async () => {
    for (const service of ['rate 100% fixed', 'rate 1000 fixed', 'snake_case', 'snakeXcase', 'back\\slash'])
      await createService({ service, owner: 'search test' });
  });

  test.each([
    ['100%', ['rate 100% fixed']],
    ['%', ['rate 100% fixed']],
    ['snake_', ['snake_case']],
    ['\\', ['back\\slash']],
    ["'; drop table services; --", []],
  ])('takes %s literally', async (q, expected) => {
    expect(await find({ q })).toEqual(expected);
    expect(await find({ 'service.like': q })).toEqual(expected);
  });

  test('looks into UID, service, vendor, description, contract and owner, in any case', async () => {
    const vendor = await createVendor('Quokka Limited');
    const texts = {
      service: 'quokka',
      description: 'the Quokka',
      contract: 'QUOKKA',
      owner: 'Quokka',
      uid: 'QUOKKA-1',
    };
    const made = [await createService({ vendorId: vendor.id })];
    for (const [field, text] of Object.entries(texts)) made.push(await createService({ [field]: text }));
    await createService({ service: 'wallaby' });
    expect(idsOf((await list({ q: 'qUoKkA', sort: 'id' })).data)).toEqual(idsOf(made));
  });
});

describe('shares', () => {
  test('of all entities add up to the whole, row by row and in every figure', async () => {
    const [one, two, three] = [await createEntity(), await createEntity(), await createEntity()];
    const thirds = await createKey([one, two, three].map(({ id }) => [id, '1']));
    const uneven = await createKey([
      [one.id, '62.5'],
      [three.id, '37.51'],
    ]);
    const { id: yearId, planId } = (await yearOf('FY26'))!;
    for (const keys of [{ budgetKeyId: thirds.id }, { budgetKeyId: uneven.id, actualKeyId: thirds.id }]) {
      const months = ['100.00', null, '0.01', '-7.77', ...everyMonth('1234567.89').slice(4)];
      const shared = await createService({ service: 'conserve', serviceType: 'Shared', ...keys }, { planId, months });
      await createActual({ serviceId: shared.id, entityId: two.id, fiscalYearId: yearId, months: everyMonth('33.34') });
      await createOrder({ serviceId: shared.id, fiscalYearId: yearId, ordered: '100.00' });
    }
    const whole = await list({ q: 'conserve', sort: 'id' });
    const shares = await Promise.all(
      [one, two, three].map(({ id }) => list({ q: 'conserve', sort: 'id', entity: id })),
    );
    const both = await list({ q: 'conserve', sort: 'id', entity: `${one.id},${two.id}` });

    for (const field of figures as (keyof BudgetPage['totals'])[]) {
      const parts = shares.map(({ totals }) => toUnits(totals[field]));
      expect(
        parts.reduce((sum, part) => sum + part, 0n),
        field,
      ).toBe(toUnits(whole.totals[field]));
      expect(toUnits(both.totals[field]), field).toBe(parts[0]! + parts[1]!);
      for (const { id, [field]: amount } of whole.data) {
        const ofRow = shares.flatMap(({ data }) => data.filter((row) => row.id === id));
        expect(
          ofRow.reduce((sum, row) => sum + toUnits(row[field]), 0n),
          field,
        ).toBe(toUnits(amount));
      }
    }
    expect(whole.totals.committed).toBe('200.00');
  });

  test('follow the scope: a filter narrows it and never widens it, and sorts and filters see the share', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '25'],
      [other.id, '75'],
    ]);
    const { planId } = (await yearOf('FY26'))!;
    const small = await createService(
      { service: 'narrow', entityId: mine.id },
      { planId, months: ['30.00', ...everyMonth('0').slice(1)] },
    );
    const large = await createService(
      { service: 'narrow', serviceType: 'Shared', budgetKeyId: key.id },
      { planId, months: ['100.00', ...everyMonth('0').slice(1)] },
    );
    await createService({ service: 'narrow', entityId: other.id }, { planId, months: everyMonth('9.00') });
    const scoped = await as('Viewer', [mine.id]);
    const see = (query: object) => list({ q: 'narrow', sort: '-budget', ...query }, scoped);

    const all = await see({});
    expect(all.data).toMatchObject([
      { id: small.id, budget: '30.00', previousBudget: '0.00' },
      { id: large.id, budget: '25.00' },
    ]);
    expect(all.totals.budget).toBe('55.00');
    expect((await see({ entity: `${mine.id},${other.id}` })).data).toEqual(all.data);
    expect((await see({ entity: other.id })).data).toEqual([]);
    expect(idsOf((await see({ 'budget.gt': '25' })).data)).toEqual([small.id]);
    expect(idsOf((await see({ sort: 'previousActual,-earlierBudget' })).data)).toEqual([small.id, large.id]);
    expect((await see({ 'previousBudget.gte': '0' })).pagination.total).toBe(2);
    expect((await see({ with: 'months' })).data[1]!.months!.slice(0, 2)).toEqual(['25.00', '0.00']);
  });
});

describe('an answer', () => {
  test('brings months only when asked, with what is empty kept apart from zero', async () => {
    const { planId } = (await yearOf('FY26'))!;
    const months = ['1.00', null, '0.00', ...Array<null>(9).fill(null)];
    await createService({ service: 'with months' }, { planId, months });
    await createService({ service: 'with months, unplanned' });
    const { data } = await list({ q: 'with months', with: 'months', sort: 'service' });
    expect(data.map((row) => row.months)).toEqual([months, Array(12).fill(null)]);
    expect((await list({ q: 'with months' })).data[0]).not.toHaveProperty('months');
    await get({ with: 'actuals' }).expect(422);
  });

  test('is not sent again to who has it, until somebody changes a row', async () => {
    const { planId } = (await yearOf('FY26'))!;
    const { id } = await createService({ service: 'etag test' }, { planId, months: everyMonth('1.00') });
    const read = (etag = '') => get({ q: 'etag test' }).set('if-none-match', etag);
    const first = await read().expect(200);
    const etag = first.headers['etag']!;
    const second = await read(etag).expect(304);
    expect(second.text).toBe('');
    expect(second.headers['etag']).toBe(etag);

    const editor = await as('Editor');
    await editor
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set({ 'if-match': '"v1"' })
      .send({ budget: '13.00', reason: 'ETag test' })
      .expect(200);
    const third = await read(etag).expect(200);
    expect(third.headers['etag']).not.toBe(etag);
    expect(third.body.totals.budget).toBe('13.00');
  });

  test('about one row is the same row, with its months', async () => {
    const [row] = rows;
    const { body, headers } = await viewer.get(`/api/budgets/${row!.id}?fy=FY26`).expect(200);
    expect(body).toMatchObject(row!);
    expect(body.months).toHaveLength(12);
    expect(headers['etag']).toMatch(new RegExp(`^"v${row!.version}-`));
  });

  test.each(['9223372036854775808', '2147483648', '999999', '-1', '0', '0x1', '1e3', '1.0', '%20'])(
    'about row %s is 404',
    async (id) => {
      await viewer.get(`/api/budgets/${id}?fy=FY26`).expect(404);
    },
  );
});

async function yearOf(label: string) {
  const year = await database.fiscalYear.findUnique({
    where: { label },
    include: { planVersions: { where: { isCurrent: true } } },
  });
  return year && { ...year, planId: year.planVersions[0]!.id };
}

test('the largest amounts that may be entered add up, in the list and on the dashboard', async () => {
  const year = await createYear('FY40');
  for (let group = 0; group < 3; group++) {
    const [tower, vendor] = [await createTower(), await createVendor()];
    for (let service = 0; service < 4; service++)
      await createService(
        { towerId: tower.id, vendorId: vendor.id },
        { planId: year.planId, months: everyMonth('999999999999.99') },
      );
  }
  const viewer = await as('Viewer');
  for (const address of ['/api/budgets?fy=FY40', '/api/reports/dashboard?fy=FY40']) {
    const { body } = await viewer.get(address).expect(200);
    expect(body.totals.budget).toBe('143999999999998.56');
  }
});
