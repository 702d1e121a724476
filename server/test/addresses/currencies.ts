import { type Addresses, ofNone } from '../harness/addresses.ts';
import { sql } from '../harness/sql.ts';

async function newCurrency() {
  const [currency] = await sql<{ id: number }>(
    `INSERT INTO currencies (code, name) SELECT 'X' || chr(65 + count(*)::int / 26) || chr(65 + count(*)::int % 26), 'x' FROM currencies RETURNING id`,
  );
  return currency!.id;
}
async function newRate() {
  const [rate] = await sql<{ id: number }>(
    `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) VALUES ('PLAN', $1, '2025-04-01', 83) RETURNING id`,
    [await newCurrency()],
  );
  return rate!.id;
}

export const currencies: Addresses = {
  'GET /fiscal-years': { least: 'Viewer', read: ofNone },
  'GET /currencies': { least: 'Viewer', read: ofNone },
  'POST /currencies': { least: 'Approver', write: () => [{ body: { code: 'ZZZ', name: 'Mine' } }] },
  'PATCH /currencies/:id': {
    least: 'Approver',
    write: async () => [{ ids: [await newCurrency()], body: { name: 'Mine' } }],
  },
  'GET /currency-rates': { least: 'Viewer', read: { ...ofNone, isEmpty: 'rates are of no entity' } },
  'GET /currency-rates/lookup': {
    least: 'Viewer',
    read: { query: () => '?set=PLAN&currency=INR&date=2026-01-01', status: 404, isOfNone: true },
  },
  'POST /currency-rates': {
    least: 'Approver',
    write: async () => [
      { body: { set: 'PLAN', currencyId: await newCurrency(), effectiveDate: '2026-01-01', rate: '2' } },
    ],
  },
  'POST /currency-rates/many': {
    least: 'Approver',
    write: async () => [
      {
        body: {
          rates: [{ set: 'PLAN', currencyId: await newCurrency(), effectiveDate: '2026-01-01', rate: '2' }],
        },
      },
    ],
  },
  'PATCH /currency-rates/:id': {
    least: 'Approver',
    write: async () => [{ ids: [await newRate()], body: { rate: '2' } }],
  },
  'DELETE /currency-rates/:id': { least: 'Approver', write: async () => [{ ids: [await newRate()] }] },
};
