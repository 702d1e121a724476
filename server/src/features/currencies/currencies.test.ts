import type { Currency, CurrencyRate } from '@opex/contracts/currencies';
import { beforeAll, describe, expect, test } from 'vitest';
import { createYear } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';

let viewer: Person;
let editor: Person;
let approver: Person;
let usd: Currency;

const addCurrency = (body: object, who = approver) => who.post('/api/currencies').send(body);
const addRate = (body: object, who = approver) => who.post('/api/currency-rates').send(body);
const rateOf = async (
  effectiveDate: string,
  rate: string,
  set = 'ACTUAL',
  currencyId = usd.id,
): Promise<CurrencyRate> => (await addRate({ set, currencyId, effectiveDate, rate }).expect(201)).body;
const guarded = (method: 'patch' | 'delete', path: string, version: number, who = approver) =>
  who[method](`/api/${path}`).set({ 'if-match': `"v${version}"` });
const lookup = (date: string, set = 'ACTUAL', currency = 'USD') =>
  viewer.get('/api/currency-rates/lookup').query({ set, currency, date });
const list = async (query: object = {}) => (await viewer.get('/api/currency-rates').query(query).expect(200)).body;

beforeAll(async () => {
  viewer = await as('Viewer');
  editor = await as('Editor');
  approver = await as('Approver');
  usd = (await addCurrency({ code: 'USD', name: 'US dollar' }).expect(201)).body;
});

describe('currencies', () => {
  test('are listed with the base currency, and carry their version', async () => {
    const { body } = await viewer.get('/api/currencies').expect(200);
    expect(body.baseCurrency).toBe('INR');
    expect(body.data).toMatchObject([{ code: 'INR' }, { id: usd.id, code: 'USD', name: 'US dollar', retired: false }]);
  });

  test('have one code each, of three capital letters', async () => {
    await addCurrency({ code: 'USD', name: 'Another dollar' }).expect(409);
    for (const code of ['usd', 'US', 'USDX', 'U$D', ' EUR', 'ÉUR', '', 5])
      await addCurrency({ code, name: 'x' }).expect(422);
    await addCurrency({ code: 'EUR', name: '' }).expect(422);
    await addCurrency({ code: 'EUR', name: 'Euro' }, editor).expect(403);
  });

  test('are renamed, retired and brought back in the version one saw', async () => {
    const { body: gbp }: { body: Currency } = await addCurrency({ code: 'GBP', name: 'Pound' }).expect(201);
    const path = `currencies/${gbp.id}`;
    await approver.patch(`/api/${path}`).send({ retired: true }).expect(428);
    const retired = await guarded('patch', path, 1).send({ retired: true, name: 'Sterling' }).expect(200);
    expect(retired.body).toMatchObject({ name: 'Sterling', retired: true, version: 2 });
    expect((await guarded('patch', path, 1).send({ retired: false }).expect(412)).headers['etag']).toBe('"v2"');
    expect((await guarded('patch', path, 2).send({ retired: false }).expect(200)).body.retired).toBe(false);
    await guarded('patch', path, 3).send({}).expect(422);
    await guarded('patch', path, 3).send({ code: 'GBX' }).expect(422);
    await guarded('patch', 'currencies/999999', 1).send({ name: 'x' }).expect(404);
    const log = await approver.get('/api/audit').query({ subjectType: 'currency', subjectId: gbp.id });
    expect(log.body.data.map(({ action, changes }: { action: string; changes: object }) => [action, changes])).toEqual([
      ['currency.updated', { retired: { from: true, to: false } }],
      ['currency.updated', { name: { from: 'Pound', to: 'Sterling' }, retired: { from: false, to: true } }],
      ['currency.created', expect.objectContaining({ code: { from: null, to: 'GBP' } })],
    ]);
    await guarded('patch', path, 3, editor).send({ name: 'x' }).expect(403);
  });
});

describe('a rate', () => {
  test('is one per set, currency and day', async () => {
    const rate = await rateOf('2024-01-01', '83.10');
    expect(rate).toMatchObject({
      set: 'ACTUAL',
      currency: 'USD',
      effectiveDate: '2024-01-01',
      rate: '83.1',
      version: 1,
    });
    const same = { set: 'ACTUAL', currencyId: usd.id, effectiveDate: '2024-01-01' };
    await addRate({ ...same, rate: '84' }).expect(409);
    await addRate({ ...same, set: 'PLAN', rate: '84' }).expect(201);
    await addRate({ ...same, effectiveDate: '2024-01-02', rate: '84' }).expect(201);
  });

  test('keeps ten decimals exactly', async () => {
    expect((await rateOf('2023-01-01', '0.0000000001')).rate).toBe('0.0000000001');
    expect((await rateOf('2023-01-02', '999999999.9999999999')).rate).toBe('999999999.9999999999');
  });

  test.each([
    ['rate', 83.1],
    ['rate', '0'],
    ['rate', '0.0000000000'],
    ['rate', '-83.10'],
    ['rate', '83,10'],
    ['rate', '1e2'],
    ['rate', '83.12345678901'],
    ['rate', '1234567890'],
    ['set', 'BUDGET'],
    ['effectiveDate', '2026-02-30'],
    ['effectiveDate', '01/02/2026'],
    ['currencyId', 999_999],
    ['currencyId', 'USD'],
    ['colour', 'red'],
  ])('refuses %s = %j', async (field, value) => {
    const body = { set: 'ACTUAL', currencyId: usd.id, effectiveDate: '2022-01-01', rate: '83.10', [field]: value };
    await addRate(body).expect(422);
    expect((await list({ effectiveDate: '2022-01-01' })).data).toEqual([]);
  });

  test('is corrected and deleted in the version one saw, by those who may, and the log keeps both', async () => {
    const rate = await rateOf('2021-01-01', '70');
    const path = `currency-rates/${rate.id}`;
    await approver.patch(`/api/${path}`).send({ rate: '71' }).expect(428);
    await approver.delete(`/api/${path}`).expect(428);
    await guarded('patch', path, 1, editor).send({ rate: '71' }).expect(403);
    const { body, headers } = await guarded('patch', path, 1).send({ rate: '71.50' }).expect(200);
    expect(body).toEqual({ ...rate, rate: '71.5', version: 2 });
    expect(headers['etag']).toBe('"v2"');
    await guarded('patch', path, 1).send({ rate: '72' }).expect(412);
    await guarded('patch', path, 2).send({ rate: '0' }).expect(422);
    await guarded('delete', path, 1).expect(412);
    await guarded('delete', path, 2).expect(204);
    await guarded('delete', path, 2).expect(404);
    await guarded('patch', path, 2).send({ rate: '72' }).expect(404);
    const log = await approver.get('/api/audit').query({ subjectType: 'currency-rate', subjectId: rate.id });
    expect(log.body.data).toMatchObject([
      { action: 'currency-rate.deleted', changes: { rate: { from: '71.5', to: null } } },
      { action: 'currency-rate.updated', changes: { rate: { from: '70', to: '71.5' } } },
      { action: 'currency-rate.created', subject: 'ACTUAL USD 2021-01-01' },
    ]);
  });

  test('corrected by two at the same moment: one wins', async () => {
    const { id } = await rateOf('2021-02-01', '70');
    const answers = await Promise.all(
      ['71', '72', '73'].map((rate) => guarded('patch', `currency-rates/${id}`, 1).send({ rate })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412]);
  });
});

describe('the rate of a day', () => {
  let chf: Currency;
  beforeAll(async () => {
    chf = (await addCurrency({ code: 'CHF', name: 'Franc' }).expect(201)).body;
    await rateOf('2025-06-01', '95.10', 'ACTUAL', chf.id);
    await rateOf('2025-06-20', '96.20', 'ACTUAL', chf.id);
    await rateOf('2025-04-01', '94.00', 'PLAN', chf.id);
  });
  const find = (date: string, set?: string) => lookup(date, set, 'CHF');

  test.each([
    ['2025-06-01', 'ACTUAL', '95.1'],
    ['2025-06-19', 'ACTUAL', '95.1'],
    ['2025-06-20', 'ACTUAL', '96.2'],
    ['2025-07-25', 'ACTUAL', '96.2'], // 35 days old
    ['2025-04-01', 'PLAN', '94'],
    ['2026-03-31', 'PLAN', '94'], // a plan rate holds for its year
  ])('on %s in the %s set is %s', async (date, set, rate) => {
    expect((await find(date, set).expect(200)).body).toMatchObject({ set, currency: 'CHF', rate });
  });

  test.each([
    ['2025-07-26', 'ACTUAL', ['CHF', '2025-07-26', '36 days']],
    ['2025-05-31', 'ACTUAL', ['CHF', '2025-05-31', 'actual']],
    ['2025-03-31', 'PLAN', ['CHF', '2025-03-31', 'plan']],
  ])('on %s in the %s set is missing, and the answer names it', async (date, set, words) => {
    const { body } = await find(date, set).expect(404);
    for (const word of words) expect(body.detail).toContain(word);
  });

  test('follows a correction, an older entry and a deletion at once', async () => {
    const rate = await rateOf('2025-06-10', '95.50', 'ACTUAL', chf.id);
    expect((await find('2025-06-15').expect(200)).body.id).toBe(rate.id);
    await guarded('patch', `currency-rates/${rate.id}`, 1).send({ rate: '95.60' }).expect(200);
    expect((await find('2025-06-15').expect(200)).body.rate).toBe('95.6');
    await guarded('delete', `currency-rates/${rate.id}`, 2).expect(204);
    expect((await find('2025-06-15').expect(200)).body.rate).toBe('95.1');
  });

  test('is asked for in full', async () => {
    await lookup('2025-06-01', 'SPOT').expect(422);
    await lookup('2025-06-31').expect(422);
    await lookup('2025-06-01', 'ACTUAL', 'usd').expect(422);
    await lookup('2025-06-01', 'ACTUAL', 'XXX').expect(404);
    await viewer.get('/api/currency-rates/lookup').query({ set: 'PLAN', currency: 'USD' }).expect(422);
  });
});

describe('rates of closed months', () => {
  let sek: Currency;
  const setState = (state: string, number: number, fy: string) =>
    sql(
      'UPDATE periods SET state = $1 FROM fiscal_years y WHERE y.id = fiscal_year_id AND number = $2 AND y.label = $3',
      [state, number, fy],
    );
  const stored = new Map<string, CurrencyRate>();
  beforeAll(async () => {
    await createYear('FY19');
    await createYear('FY18');
    sek = (await addCurrency({ code: 'SEK', name: 'Krona' }).expect(201)).body;
    for (const [set, day] of [
      ['ACTUAL', '2018-04-10'],
      ['ACTUAL', '2018-06-10'],
      ['PLAN', '2018-06-10'],
      ['PLAN', '2017-06-10'],
    ] as const)
      // prettier-ignore
      stored.set(`${set} ${day}`, await rateOf(day, '8.00', set, sek.id));
    await setState('CLOSED', 1, 'FY19');
    await setState('SOFT', 2, 'FY19');
    await setState('SOFT', 1, 'FY18');
  });
  const correct = (which: string, body: object) => {
    const { id, version } = stored.get(which)!;
    return guarded('patch', `currency-rates/${id}`, version).send(body);
  };
  const body = (effectiveDate: string, set: string) => ({ set, currencyId: sek.id, effectiveDate, rate: '9' });

  test.each([
    ['an actual rate in the month', () => correct('ACTUAL 2018-04-10', { rate: '9' })],
    ['a plan rate of the year', () => correct('PLAN 2018-06-10', { rate: '9' })],
    ['a new actual rate', () => approver.post('/api/currency-rates').send(body('2018-04-30', 'ACTUAL'))],
    ['a new plan rate', () => approver.post('/api/currency-rates').send(body('2019-03-01', 'PLAN'))],
    ['a deletion', () => guarded('delete', `currency-rates/${stored.get('ACTUAL 2018-04-10')!.id}`, 1)],
  ])('refuse %s in words', async (_what, change) => {
    expect(expectProblem(await change(), 409).detail).toBe(
      'Apr 2018 is closed; the rate by which a closed month is converted cannot change',
    );
  });

  test('take an open month, and one that is being closed for a reason', async () => {
    await correct('ACTUAL 2018-06-10', { rate: '9' }).expect(200);
    const late = (more: object) =>
      approver.post('/api/currency-rates').send({ ...body('2018-05-31', 'ACTUAL'), ...more });
    expect(expectProblem(await late({}), 422).errors?.[0]).toMatchObject({ pointer: '/reason', code: 'required' });
    const { body: made } = await late({ reason: 'The bank was late' }).expect(201);
    expectProblem(await guarded('delete', `currency-rates/${String(made.id)}`, 1), 422);
    await guarded('delete', `currency-rates/${String(made.id)}?reason=Not+needed`, 1).expect(204);
    await correct('PLAN 2017-06-10', { rate: '9', reason: 'A slip' }).expect(200);
    const log = await approver.get('/api/audit').query({ subjectType: 'currency-rate', limit: 3 });
    expect(log.body.data.map(({ reason }: { reason: string | null }) => reason)).toEqual([
      'A slip',
      'Not needed',
      'The bank was late',
    ]);
  });
});

describe('the list of rates', () => {
  beforeAll(async () => {
    const { body: jpy } = await addCurrency({ code: 'JPY', name: 'Yen' }).expect(201);
    for (const [index, set] of ['PLAN', 'ACTUAL', 'ACTUAL', 'PLAN', 'ACTUAL'].entries())
      await rateOf(`2020-0${index + 1}-01`, `0.${6 - index}`, set, jpy.id);
  });
  const rates = async (query: object) =>
    ((await list({ q: 'yen', ...query })).data as CurrencyRate[]).map(({ rate }) => rate);

  test.each([
    [{}, ['0.2', '0.3', '0.4', '0.5', '0.6']],
    [{ sort: 'effectiveDate' }, ['0.6', '0.5', '0.4', '0.3', '0.2']],
    [{ sort: 'set,rate' }, ['0.2', '0.4', '0.5', '0.3', '0.6']],
    [{ sort: '-rate', set: 'PLAN' }, ['0.6', '0.3']],
    [{ 'rate.gte': '1' }, []],
    [{ 'effectiveDate.gt': '2020-02-01', 'effectiveDate.lte': '2020-04-01' }, ['0.3', '0.4']],
    [{ 'currency.like': 'jp', limit: 1, page: 2 }, ['0.3']],
  ])('by %j', async (query, expected) => {
    expect(await rates(query)).toEqual(expected);
  });

  test('walks by cursor, also without a wish for an order', async () => {
    for (const sort of [undefined, '-currency,rate', 'rate']) {
      const seen: number[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await list({ limit: 3, ...(sort && { sort }), ...(after && { after }) });
        seen.push(...page.data.map(({ id }: CurrencyRate) => id));
        after = page.pagination.next;
      }
      const whole = await list({ limit: 200, ...(sort && { sort }) });
      expect(seen).toEqual(whole.data.map(({ id }: CurrencyRate) => id));
      expect(seen.length).toBe(whole.pagination.total);
    }
  });
});

test('after all this the log is one chain', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
