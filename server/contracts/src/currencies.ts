import * as z from 'zod/mini';
import { date, example, id, idParams, nameText, notEmpty, reason, version } from './common.ts';
import { endpoint } from './endpoint.ts';
import { listQuery, pageOf, type ListFields } from './list.ts';

export const currency = z.object({ id, code: z.string(), name: z.string(), retired: z.boolean(), version });
export type Currency = z.infer<typeof currency>;

const code = z.string().check(z.regex(/^[A-Z]{3}$/, 'Use three capital letters, such as USD'), example('USD'));
export const currencyBody = z.strictObject({ code, name: nameText(60) });
export type CurrencyBody = z.infer<typeof currencyBody>;
export const updateCurrencyBody = z
  .strictObject({ name: z.optional(nameText(60)), retired: z.optional(z.boolean()) })
  .check(notEmpty());
export type UpdateCurrencyBody = z.infer<typeof updateCurrencyBody>;

export const rateSets = ['PLAN', 'ACTUAL'] as const;
const rate = z.string().check(
  z.regex(/^[0-9]{1,9}(\.[0-9]{1,10})?$/, 'Use a rate such as "83.10"'),
  z.refine((value) => /[1-9]/.test(value), 'A rate is more than zero'),
  z.describe('More than zero'),
  example('83.10'),
);

/** Units of the base currency for one unit of this currency, from this date on. */
export const currencyRate = z.object({
  id,
  set: z.enum(rateSets),
  currencyId: id,
  currency: z.string(),
  effectiveDate: date,
  rate: z.string(),
  version,
});
export type CurrencyRate = z.infer<typeof currencyRate>;
export const currencyRatePage = pageOf(currencyRate);
export type CurrencyRatePage = z.infer<typeof currencyRatePage>;

export const rateFields = {
  set: 'choice',
  currency: 'reference',
  effectiveDate: 'date',
  rate: 'number',
} as const satisfies ListFields;
export const listRatesQuery = listQuery(rateFields, {});
export type ListRatesQuery = z.infer<typeof listRatesQuery>;

/** Must be given while the month of the rate is being closed. */
const lateReason = { reason: z.optional(reason) };
const newRate = { set: z.enum(rateSets), currencyId: id, effectiveDate: date, rate };
export const rateBody = z.strictObject({ ...newRate, ...lateReason });
export type RateBody = z.infer<typeof rateBody>;
/** All or none, as one batch. */
export const ratesBody = z.strictObject({
  rates: z
    .array(z.strictObject(newRate))
    .check(
      z.minLength(1),
      z.maxLength(200),
      example([{ set: 'ACTUAL', currencyId: 1, effectiveDate: '2025-04-01', rate: '83.10' }]),
    ),
  ...lateReason,
});
export type RatesBody = z.infer<typeof ratesBody>;
export const updateRateBody = z.strictObject({ rate, ...lateReason });
export type UpdateRateBody = z.infer<typeof updateRateBody>;
export const removeRateQuery = z.strictObject(lateReason);
export type RemoveRateQuery = z.infer<typeof removeRateQuery>;

export const lookupRateQuery = z.strictObject({ set: z.enum(rateSets), currency: code, date });
export type LookupRateQuery = z.infer<typeof lookupRateQuery>;

const tag = 'Currencies';
export const currencyEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/currencies',
    tag,
    summary: 'Currencies',
    permission: 'masters.view',
    answer: z.object({ baseCurrency: z.string(), data: z.array(currency) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/currencies',
    tag,
    summary: 'Add a currency',
    permission: 'masters.edit',
    body: currencyBody,
    answer: currency,
    status: 201,
  }),
  update: endpoint({
    method: 'patch',
    path: '/currencies/:id',
    tag,
    summary: 'Rename, retire or reinstate a currency',
    permission: 'masters.edit',
    params: idParams,
    body: updateCurrencyBody,
    answer: currency,
    guarded: true,
  }),
  rates: endpoint({
    method: 'get',
    path: '/currency-rates',
    tag,
    summary: 'Plan and actual rates',
    permission: 'masters.view',
    query: listRatesQuery,
    answer: currencyRatePage,
  }),
  lookupRate: endpoint({
    method: 'get',
    path: '/currency-rates/lookup',
    tag,
    permission: 'masters.view',
    summary: 'The rate of a day: the latest not after it and not too old',
    query: lookupRateQuery,
    answer: currencyRate,
  }),
  createRate: endpoint({
    method: 'post',
    path: '/currency-rates',
    tag,
    summary: 'Add a rate',
    permission: 'rates.edit',
    body: rateBody,
    answer: currencyRate,
    status: 201,
  }),
  createRates: endpoint({
    method: 'post',
    path: '/currency-rates/many',
    tag,
    summary: 'Add many rates, all or none',
    permission: 'rates.edit',
    body: ratesBody,
    answer: z.object({ data: z.array(currencyRate) }),
    status: 201,
  }),
  updateRate: endpoint({
    method: 'patch',
    path: '/currency-rates/:id',
    tag,
    summary: 'Correct a rate',
    permission: 'rates.edit',
    params: idParams,
    body: updateRateBody,
    answer: currencyRate,
    guarded: true,
  }),
  removeRate: endpoint({
    method: 'delete',
    path: '/currency-rates/:id',
    tag,
    summary: 'Delete a rate',
    permission: 'rates.edit',
    params: idParams,
    query: removeRateQuery,
    guarded: true,
  }),
};
