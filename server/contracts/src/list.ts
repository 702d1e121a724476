import * as z from 'zod/mini';
import { isRealDate, text, wholeNumberBetween } from './common.ts';

/** What a list says of each of its fields: which filters fit it. Every field can be sorted by. */
export type FieldKind = 'text' | 'amount' | 'date' | 'number' | 'reference' | 'choice';
export type ListFields = Record<string, FieldKind>;

export type FilterOperator = 'eq' | 'ne' | 'gte' | 'gt' | 'lte' | 'lt' | 'like' | 'empty';
const range = ['eq', 'ne', 'gte', 'gt', 'lte', 'lt', 'empty'] as const;
export const operatorsOf: Record<FieldKind, readonly FilterOperator[]> = {
  text: ['eq', 'ne', 'like', 'empty'],
  choice: ['eq', 'ne', 'empty'],
  reference: ['eq', 'ne', 'like', 'empty'],
  amount: range,
  date: range,
  number: range,
};

const one: Record<FieldKind, string> = {
  text: '.{0,400}',
  choice: '.{0,400}',
  reference: '[1-9]\\d{0,8}',
  amount: '-?\\d{1,14}(?:\\.\\d{1,2})?',
  date: '(?:19|20|21)\\d\\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])',
  number: '-?\\d{1,9}',
};

/** Several values, separated by commas, where "one of" makes sense. */
const patternOf = (kind: FieldKind, operator: FilterOperator) =>
  new RegExp(
    operator === 'eq' || operator === 'ne' ? `^${one[kind]}(?:,${one[kind]}){0,199}$` : `^${one[kind]}$`,
    'su',
  );

const filterValue = (kind: FieldKind, operator: FilterOperator) => {
  if (operator === 'empty') return z.enum(['true', 'false']);
  if (operator === 'like') return text(200);
  const value = text(400).check(z.regex(patternOf(kind, operator), 'Not a value of this field'));
  return kind === 'date' ? value.check(z.refine(areRealDates, 'This day does not exist')) : value;
};

const areRealDates = (values: string) => values.split(',').every(isRealDate);

/** `sort=-budget,uid`: a minus sorts downwards. */
const sortOf = (fields: ListFields) =>
  z.string().check(
    z.maxLength(400),
    z.refine(
      (sort) => {
        const names = sort.split(',').map((term) => term.replace(/^-/, ''));
        return (
          names.length <= 5 &&
          new Set(names).size === names.length &&
          names.every((name) => Object.hasOwn(fields, name))
        );
      },
      `Sort by up to five of: ${Object.keys(fields).join(', ')}`,
    ),
  );

export const paging = {
  page: z._default(wholeNumberBetween(1, 1_000_000), 1),
  limit: z._default(wholeNumberBetween(1, 200), 50),
};

/** What every list takes: a page, an order, a search and filters on its fields. Anything else is an error. */
export function listQuery<Extra extends z.core.$ZodShape>(fields: ListFields, extra: Extra) {
  const filters: Record<string, z.ZodMiniOptional<z.ZodMiniType<string, string>>> = {};
  for (const [field, kind] of Object.entries(fields)) {
    for (const operator of operatorsOf[kind]) {
      filters[operator === 'eq' ? field : `${field}.${operator}`] = z.optional(filterValue(kind, operator));
    }
  }
  return z.strictObject({
    ...filters,
    ...paging,
    sort: z.optional(sortOf(fields)),
    q: z.optional(text(200)),
    after: z.optional(z.string().check(z.maxLength(2000))),
    ...extra,
  });
}

export const pagination = z.object({
  page: z.int(),
  limit: z.int(),
  total: z.int(),
  pages: z.int(),
  /** Pass it as `after` for the page that follows this one; null on the last page. */
  next: z.nullable(z.string()),
});
z.globalRegistry.add(pagination, { id: 'Pagination' });

export const pageOf = <Row extends z.ZodMiniType>(row: Row) => z.object({ data: z.array(row), pagination });

export type Pagination = z.infer<typeof pagination>;
