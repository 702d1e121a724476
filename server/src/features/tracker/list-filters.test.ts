import { trackerFields, type TrackerField, type TrackerRow } from '@opex/contracts/tracker';
import { type FilterOperator, operatorsOf } from '@opex/contracts/list';
import { beforeAll, describe, expect, test } from 'vitest';
import { createKey, createService, createVendor } from '../../../test/factories/index.ts';
import { toUnits } from '../../lib/amounts/money.ts';
import { fields, idsOf, keyOf, listsStory } from '../../../test/stories/lists.ts';

const { get, list, rows } = await listsStory();

const isBlank = (value: unknown) => value === null || value === '';

describe('filters', () => {
  const valueOf = (row: TrackerRow, field: TrackerField) =>
    trackerFields[field] === 'reference' ? row[`${field}Id` as keyof TrackerRow] : keyOf(row, field);

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
  const matching = (field: TrackerField, operator: FilterOperator, wanted: unknown[]) =>
    rows.filter((row) => meaning[operator](valueOf(row, field), wanted, String(row[field] ?? '').toLowerCase()));
  /** As a person would write it: any case, money with two decimals. */
  const write = (value: unknown) => {
    if (typeof value === 'bigint')
      return `${value < 0n ? '-' : ''}${String(value < 0n ? -value : value).padStart(3, '0')}`.replace(/(..)$/, '.$1');
    return String(value).toUpperCase();
  };

  const cases = fields.flatMap((field) => operatorsOf[trackerFields[field]].map((operator) => ({ field, operator })));

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

  test('take an allocation key, whichever of the two it is', async () => {
    const [one, other] = [await createKey([]), await createKey([])];
    const ids = [
      (await createService({ serviceType: 'Shared', budgetKeyId: one.id })).id,
      (await createService({ serviceType: 'Shared', budgetKeyId: other.id, actualKeyId: one.id })).id,
    ];
    expect(idsOf((await list({ key: String(one.id), sort: 'id' })).data)).toEqual(ids);
    expect(idsOf((await list({ key: String(other.id) })).data)).toEqual(ids.slice(1));
    expect(idsOf((await list({ key: `${one.id},${other.id}`, sort: 'id' })).data)).toEqual(ids);
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
    ['key', 'FY26-Headcount'],
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
