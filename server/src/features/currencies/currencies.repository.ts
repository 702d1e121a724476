import {
  currency,
  type Currency,
  type CurrencyRate,
  currencyRate,
  type CurrencyRatePage,
  type ListRatesQuery,
  rateFields,
} from '@opex/contracts/currencies';
import { database } from '../../database/database.ts';
import { findListPage } from '../../database/list/list-page.ts';
import { type ListColumns, Values } from '../../database/list/list-query.ts';
import { readRows, type Source } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';

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
export const insert = async (data: { code: string; name: string }, db: Transaction) =>
  toCurrency(await inside(db).currency.create({ data }));

export async function lockCurrency(id: number, tx: Transaction): Promise<Currency | undefined> {
  const text = `SELECT id, code, name, retired_at IS NOT NULL AS retired, version FROM currencies WHERE id = $1 FOR NO KEY UPDATE`;
  return (await readRows({ name: 'currencies.lock', text, values: [id] }, currency, tx))[0];
}

export const update = async (id: number, { name, retired }: { name: string; retired: boolean }, tx: Transaction) =>
  toCurrency(
    await inside(tx).currency.update({
      where: { id },
      data: { name, retiredAt: retired ? new Date() : null, version: { increment: 1 } },
    }),
  );

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

const findOneRate = async (
  condition: string,
  values: unknown[],
  name: string,
  source?: Source,
): Promise<CurrencyRate | undefined> =>
  (
    await readRows(
      { name: `currency_rates.${name}`, text: `SELECT ${selected} FROM ${from} WHERE ${condition}`, values },
      currencyRate,
      source,
    )
  )[0];

/** The latest that is not after the day. */
export const findRateOn = (set: string, code: string, date: string) =>
  findOneRate(
    'r.rate_set = $1 AND c.code = $2 AND r.effective_date <= $3::date ORDER BY r.effective_date DESC LIMIT 1',
    [set, code, date],
    'on',
  );

export const lockRate = (id: number, tx: Transaction) => findOneRate('r.id = $1 FOR UPDATE OF r', [id], 'lock', tx);

type NewRate = { set: string; currencyId: number; effectiveDate: string; rate: string };
export async function insertRate({ set, currencyId, effectiveDate, rate }: NewRate, db: Transaction) {
  const { id } = await inside(db).currencyRate.create({
    data: { rateSet: set, currencyId, effectiveDate: new Date(effectiveDate), rate },
    select: { id: true },
  });
  return (await lockRate(id, db)) as CurrencyRate;
}
export async function updateRate(id: number, rate: string, tx: Transaction) {
  await inside(tx).currencyRate.update({ where: { id }, data: { rate, version: { increment: 1 } } });
  return (await lockRate(id, tx)) as CurrencyRate;
}
export const removeRate = (id: number, db: Transaction) => inside(db).currencyRate.delete({ where: { id } });
