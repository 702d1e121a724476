import type {
  Currency,
  CurrencyBody,
  CurrencyRate,
  CurrencyRatePage,
  ListRatesQuery,
  LookupRateQuery,
  RateBody,
  UpdateCurrencyBody,
  UpdateRateBody,
} from '@opex/contracts/currencies';
import type { Caller } from '../../lib/caller.ts';
import { isDuplicate } from '../../database/problems.ts';
import { AppError, conflict, invalid, notFound, stale } from '../../lib/errors.ts';
import { type Db, inTransaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './currencies.repository.ts';
import { daysBetween } from './currencies.rules.ts';

const currencySubject = ({ id, code }: Currency): audit.Subject => ({ type: 'currency', id, label: code });
const rateSubject = ({ id, set, currency, effectiveDate }: CurrencyRate): audit.Subject => ({
  type: 'currency-rate',
  id,
  label: `${set} ${currency} ${effectiveDate}`,
});

export const list = async () => ({
  baseCurrency: (await settings.current()).baseCurrency,
  data: await repository.findAll(),
});

export const create = (caller: Caller, body: CurrencyBody): Promise<Currency> =>
  change(`There is already a currency ${body.code}`, async (tx) => {
    const created = await repository.insert(body, tx);
    await audit.record(
      caller,
      { action: 'currency.created', subject: currencySubject(created), changes: audit.differences({}, body) },
      tx,
    );
    return created;
  });

export const update = (caller: Caller, id: number, version: number, changes: UpdateCurrencyBody): Promise<Currency> =>
  change('This already exists', async (tx) => {
    const before = await repository.findCurrency(id, tx);
    if (!before) throw notFound('Currency');
    const { name, retired } = { name: changes.name ?? before.name, retired: changes.retired ?? before.retired };
    const after = await repository.updateIfUnchanged(id, version, { name, retired }, tx);
    if (!after) throw stale('currency', before.version);
    await audit.record(
      caller,
      {
        action: 'currency.updated',
        subject: currencySubject(after),
        changes: audit.differences(before, { name, retired }),
      },
      tx,
    );
    return after;
  });

export const rates = async (query: ListRatesQuery): Promise<CurrencyRatePage> =>
  repository.findRates(query, await settings.cursorSecret());

/** Never today's rate for an old document: too old or missing is an error that names what to enter. */
export async function lookupRate({ set, currency, date }: LookupRateQuery): Promise<CurrencyRate> {
  const { rateMaxAgeDays } = await settings.current();
  const found = await repository.findRateOn(set, currency, date);
  if (!found) throw new AppError(404, `There is no ${set.toLowerCase()} rate of ${currency} on or before ${date}`);
  const age = daysBetween(found.effectiveDate, date);
  // A plan rate holds for its year; an actual one grows old.
  if (set === 'ACTUAL' && age > rateMaxAgeDays)
    throw new AppError(
      404,
      `The latest actual rate of ${currency} before ${date} is ${age} days old; enter one of the last ${rateMaxAgeDays} days`,
    );
  return found;
}

export const createRate = (caller: Caller, { reason, ...body }: RateBody): Promise<CurrencyRate> =>
  change('There is already a rate of this currency for that day', async (tx) => {
    await mustBeOpen(caller, body, reason, tx);
    const created = await repository.insertRate(body, tx);
    await audit.record(
      caller,
      {
        action: 'currency-rate.created',
        subject: rateSubject(created),
        changes: audit.differences({}, { rate: created.rate }),
        reason,
      },
      tx,
    );
    return created;
  });

export const updateRate = (
  caller: Caller,
  id: number,
  version: number,
  { rate, reason }: UpdateRateBody,
): Promise<CurrencyRate> =>
  change('This already exists', async (tx) => {
    const before = await lockRate(id, version, tx);
    await mustBeOpen(caller, before, reason, tx);
    await repository.updateRate(id, rate, tx);
    const after = (await repository.lockRate(id, tx)) as CurrencyRate;
    await audit.record(
      caller,
      {
        action: 'currency-rate.updated',
        subject: rateSubject(after),
        changes: audit.differences(before, { rate: after.rate }),
        reason,
      },
      tx,
    );
    return after;
  });

export const removeRate = (caller: Caller, id: number, version: number, reason: string | undefined): Promise<void> =>
  change('This already exists', async (tx) => {
    const before = await lockRate(id, version, tx);
    await mustBeOpen(caller, before, reason, tx);
    await repository.removeRate(id, tx);
    await audit.record(
      caller,
      {
        action: 'currency-rate.deleted',
        subject: rateSubject(before),
        changes: audit.differences(before, { rate: null }),
        reason,
      },
      tx,
    );
  });

/** An actual rate is of its month, a plan rate of its whole year. */
async function mustBeOpen(
  caller: Caller,
  { set, effectiveDate }: Pick<RateBody, 'set' | 'effectiveDate'>,
  reason: string | undefined,
  tx: Db,
) {
  const periods = await fiscalYears.periodsNow(tx);
  const own = periods.find(({ startDate, endDate }) => startDate <= effectiveDate && effectiveDate <= endDate);
  const months = periods.filter((month) => (set === 'PLAN' ? month.fy === own?.fy : month === own));
  fiscalYears.mustBeOpen(caller, months, 'currency_rates_period_open');
  const soft = fiscalYears.labelsOf(months, 'SOFT');
  if (soft.length > 0 && reason === undefined)
    throw invalid('/reason', `${soft.join(', ')} is being closed; say why the rate still changes`, 'required');
}

async function lockRate(id: number, version: number, tx: Db) {
  const rate = await repository.lockRate(id, tx);
  if (!rate) throw notFound('Rate');
  if (rate.version !== version) throw stale('rate', rate.version);
  return rate;
}

async function change<Result>(duplicate: string, work: (tx: Db) => Promise<Result>): Promise<Result> {
  try {
    return await inTransaction(['masters'], work);
  } catch (error) {
    if (isDuplicate(error)) throw conflict(duplicate);
    throw error;
  }
}
