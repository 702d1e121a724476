import {
  type Currency,
  type CurrencyRate,
  currencyRate,
  type CurrencyRatePage,
  type ListRatesQuery,
  rateFields,
} from '@opex/contracts/currencies';
import { z } from 'zod';
import { database } from '../../database/database.ts';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, Values } from '../../database/list/list-query.ts';
import { readRows } from '../../database/read.ts';
import type { Db } from '../../database/transaction.ts';

const toCurrency = ({
  id,
  code,
  name,
  retiredAt,
  version,
}: {
  id: number;
  code: string;
  name: string;
  retiredAt: Date | null;
  version: number;
}): Currency => ({
  id,
  code,
  name,
  retired: retiredAt !== null,
  version,
});

export const findAll = async () => (await database.currency.findMany({ orderBy: { code: 'asc' } })).map(toCurrency);
export const insert = async (data: { code: string; name: string }, db: Db) =>
  toCurrency(await db.currency.create({ data }));

export async function findCurrency(id: number, db: Db) {
  const row = await db.currency.findUnique({ where: { id } });
  return row ? toCurrency(row) : undefined;
}

export async function updateIfUnchanged(
  id: number,
  version: number,
  { name, retired }: { name: string; retired: boolean },
  db: Db,
) {
  const [row] = await db.currency.updateManyAndReturn({
    where: { id, version },
    data: { name, retiredAt: retired ? new Date() : null, version: { increment: 1 } },
  });
  return row && toCurrency(row);
}

const columns: ListColumns<typeof rateFields> = {
  set: { order: 'r.rate_set', value: 'lower(r.rate_set)', type: 'text' },
  currency: { order: 'c.code::text', value: 'c.id', text: 'lower(c.code)', type: 'integer', orderType: 'text' },
  effectiveDate: { order: 'r.effective_date', type: 'date' },
  rate: { order: 'r.rate', type: 'numeric' },
};
const selected = `r.id, r.rate_set AS set, r.currency_id AS "currencyId", c.code AS currency, r.effective_date::text AS "effectiveDate",
  trim_scale(r.rate)::text AS rate, r.version`;
const from = 'currency_rates r JOIN currencies c ON c.id = r.currency_id';

export const findRates = (query: ListRatesQuery, secret: string): Promise<CurrencyRatePage> =>
  findListPage(
    {
      table: 'currency_rates',
      select: selected,
      from,
      id: 'r.id',
      fields: rateFields,
      columns,
      defaultSort: '-effectiveDate,currency',
      row: currencyRate,
      searched: ["lower(c.code || ' ' || c.name)"],
    },
    query,
    { values: new Values(), conditions: [], secret },
  );

const findOneRate = async (condition: string, values: unknown[], name: string): Promise<CurrencyRate | undefined> =>
  (
    await readRows(
      { name: `currency_rates.${name}`, text: `SELECT ${selected} FROM ${from} WHERE ${condition}`, values },
      currencyRate,
    )
  )[0];

/** The latest that is not after the day. */
export const findRateOn = (set: string, code: string, date: string) =>
  findOneRate(
    'r.rate_set = $1 AND c.code = $2 AND r.effective_date <= $3::date ORDER BY r.effective_date DESC LIMIT 1',
    [set, code, date],
    'on',
  );

export async function lockRate(id: number, db: Db): Promise<CurrencyRate | undefined> {
  const rows = await db.$queryRawUnsafe(`SELECT ${selected} FROM ${from} WHERE r.id = $1 FOR UPDATE OF r`, id);
  return z.array(currencyRate).parse(rows)[0];
}

type NewRate = { set: string; currencyId: number; effectiveDate: string; rate: string };
export async function insertRate({ set, currencyId, effectiveDate, rate }: NewRate, db: Db) {
  const { id } = await db.currencyRate.create({
    data: { rateSet: set, currencyId, effectiveDate: new Date(effectiveDate), rate },
    select: { id: true },
  });
  return (await lockRate(id, db)) as CurrencyRate;
}
export const updateRate = (id: number, rate: string, db: Db) =>
  db.currencyRate.update({ where: { id }, data: { rate, version: { increment: 1 } } });
export const removeRate = (id: number, db: Db) => db.currencyRate.delete({ where: { id } });
