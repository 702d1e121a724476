import type { Currency, CurrencyRate } from '@opex/contracts/currencies';
import { beforeAll, expect, test } from 'vitest';
import { as, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';

let approver: Person;
let usd: Currency;
beforeAll(async () => {
  approver = await as('Approver');
  usd = (await approver.post('/api/currencies').send({ code: 'USD', name: 'US dollar' }).expect(201)).body;
});

const add = (...rates: [effectiveDate: string, rate: string][]) =>
  approver.post('/api/currency-rates/many').send({
    rates: rates.map(([effectiveDate, rate]) => ({ set: 'ACTUAL', currencyId: usd.id, effectiveDate, rate })),
  });
const all = async () =>
  (await approver.get('/api/currency-rates').query({ sort: 'effectiveDate' }).expect(200)).body.data as CurrencyRate[];

test('are added together, as one batch, or none of them', async () => {
  expectProblem(await add(['2040-01-01', '80'], ['2040-02-01', '81'], ['2040-01-01', '82']), 409);
  expect(await all()).toEqual([]);
  await add(['2040-01-01', '80'], ['2040-02-01', '81']).expect(201);
  expect((await all()).map(({ rate }) => Number(rate))).toEqual([80, 81]);
  const { body } = await approver.get('/api/audit/batches').query({ limit: 1 }).expect(200);
  expect(body.data[0].parts).toMatchObject([{ action: 'currency-rate.created', count: 2 }]);
});
