import type {
  Currency,
  CurrencyBody,
  CurrencyRate,
  CurrencyRatePage,
  ListRatesQuery,
  LookupRateQuery,
  RateBody,
  RatesBody,
  UpdateCurrencyBody,
  UpdateRateBody,
} from '@opex/contracts/currencies';
import type { Caller } from '../../lib/caller.ts';
import { AppError, conflict, invalid } from '../../lib/errors.ts';
import { daysBetween } from '../../lib/time.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change } from '../audit/change.service.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './currencies.repository.ts';

const currencySubject = ({ id, code }: Currency): audit.Subject => ({ type: 'currency', id, label: code });
const rateSubject = ({ id, set, currency, effectiveDate }: CurrencyRate): audit.Subject => ({
  type: 'currency-rate',
  id,
  label: `${set} ${currency} ${effectiveDate}`,
});

const way = { tags: ['masters' as const] };
const ifNew = (taken: string) => ({ ...way, refusals: { duplicate: () => conflict(taken) } });

export const list = async () => ({
  baseCurrency: (await settings.current()).baseCurrency,
  data: await repository.findAll(),
});

export const create = (caller: Caller, body: CurrencyBody): Promise<Currency> =>
  change(caller, ifNew(`There is already a currency ${body.code}`), async (tx) => {
    const created = await repository.insert(body, tx);
    const changes = audit.differences({}, body);
    return { answer: created, entries: { action: 'currency.created', subject: currencySubject(created), changes } };
  });

export const update = (caller: Caller, id: number, version: number, body: UpdateCurrencyBody): Promise<Currency> =>
  change(caller, way, async (tx) => {
    const before = await asSeen('currency', repository.lockCurrency(id, tx), version);
    const { name, retired } = { name: body.name ?? before.name, retired: body.retired ?? before.retired };
    const after = await repository.update(id, { name, retired }, tx);
    const changes = audit.differences(before, { name, retired });
    return { answer: after, entries: { action: 'currency.updated', subject: currencySubject(after), changes } };
  });

export const rates = async (query: ListRatesQuery): Promise<CurrencyRatePage> =>
  repository.findRates(query, await settings.cursorSecret());

/** Never today's rate for an old document: too old or missing is an error that names what to enter. */
/** Amounts of the company are in this one. */
export const isBase = async (code: string) => code === (await settings.current()).baseCurrency;

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

export async function createRate(caller: Caller, { reason, ...rate }: RateBody): Promise<CurrencyRate> {
  const [created] = await createRates(caller, { rates: [rate], reason });
  return created as CurrencyRate;
}

export const createRates = (caller: Caller, { rates, reason }: RatesBody): Promise<CurrencyRate[]> =>
  change(caller, ifNew('There is already a rate of this currency for that day'), async (tx) => {
    const answer: CurrencyRate[] = [];
    for (const rate of rates) {
      await mustBeOpen(caller, rate, reason, tx);
      answer.push(await repository.insertRate(rate, tx));
    }
    const entries = answer.map((created) => ({
      action: 'currency-rate.created' as const,
      subject: rateSubject(created),
      changes: audit.differences({}, { rate: created.rate }),
      reason,
    }));
    return { answer, entries };
  });

export const updateRate = (
  caller: Caller,
  id: number,
  version: number,
  { rate, reason }: UpdateRateBody,
): Promise<CurrencyRate> =>
  change(caller, way, async (tx) => {
    const before = await asSeen('rate', repository.lockRate(id, tx), version);
    await mustBeOpen(caller, before, reason, tx);
    const after = await repository.updateRate(id, rate, tx);
    const changes = audit.differences(before, { rate: after.rate });
    return {
      answer: after,
      entries: { action: 'currency-rate.updated', subject: rateSubject(after), changes, reason },
    };
  });

export const removeRate = (caller: Caller, id: number, version: number, reason: string | undefined): Promise<void> =>
  change(caller, way, async (tx) => {
    const before = await asSeen('rate', repository.lockRate(id, tx), version);
    await mustBeOpen(caller, before, reason, tx);
    await repository.removeRate(id, tx);
    const changes = audit.differences(before, { rate: null });
    const entries = { action: 'currency-rate.deleted' as const, subject: rateSubject(before), changes, reason };
    return { answer: undefined, entries };
  });

/** An actual rate is of its month, a plan rate of its whole year. */
async function mustBeOpen(
  caller: Caller,
  { set, effectiveDate }: Pick<RateBody, 'set' | 'effectiveDate'>,
  reason: string | undefined,
  tx: Transaction,
) {
  const periods = await fiscalYears.periodsNow(tx);
  const own = periods.find(({ startDate, endDate }) => startDate <= effectiveDate && effectiveDate <= endDate);
  const months = periods.filter((month) => (set === 'PLAN' ? month.fy === own?.fy : month === own));
  fiscalYears.mustBeOpen(caller, months, 'currency_rates_period_open');
  const soft = fiscalYears.labelsOf(months, 'SOFT');
  if (soft.length > 0 && reason === undefined)
    throw invalid('/reason', `${soft.join(', ')} is being closed; say why the rate still changes`, 'required');
}
