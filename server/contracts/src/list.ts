import * as z from 'zod/mini';
import { example, text, wholeNumberBetween } from './common.ts';
import { isRealDate } from './written.ts';

/** The kind of each field of a list, which decides the filters that fit it. A list can be sorted by every field. */
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

/** For each kind the pattern of a value, and an example. A text may be anything. */
const written = {
  reference: { pattern: '[1-9][0-9]{0,8}', sample: '1' },
  amount: { pattern: '-?[0-9]{1,14}(?:\\.[0-9]{1,2})?', sample: '125000.00' },
  date: { pattern: '(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])', sample: '2025-04-01' },
  number: { pattern: '-?[0-9]{1,9}', sample: '1' },
};

const filterValue = (kind: FieldKind, operator: FilterOperator) => {
  if (operator === 'empty') return z.enum(['true', 'false']);
  if (operator === 'like') return text(200);
  const takesSeveral = operator === 'eq' || operator === 'ne';
  const value = text(400).check(z.describe(takesSeveral ? 'A value, or several separated by commas' : 'A value'));
  if (kind === 'text' || kind === 'choice') return value;
  const { pattern, sample } = written[kind];
  const more = takesSeveral ? `(?:,${pattern}){0,199}` : '';
  const fitting = value.check(z.regex(new RegExp(`^${pattern}${more}$`), 'Not a value of this field'), example(sample));
  return kind === 'date' ? fitting.check(z.refine(areRealDates, 'This day does not exist')) : fitting;
};

const areRealDates = (values: string) => values.split(',').every(isRealDate);

/** `sort=-budget,uid`: a minus sorts downwards. */
const sortOf = (fields: ListFields) => {
  const known = Object.keys(fields);
  const term = `-?(?:${known.join('|')})`;
  const words = `Sort by up to five of: ${known.join(', ')}`;
  return z.string().check(
    z.maxLength(400),
    z.refine((sort) => {
      const names = sort.split(',').map((name) => name.replace(/^-/, ''));
      return (
        names.length <= 5 && new Set(names).size === names.length && names.every((name) => Object.hasOwn(fields, name))
      );
    }, words),
    z.meta({
      description: `${words}; a minus before a name sorts downwards`,
      override: { pattern: `^${term}(?:,${term}){0,4}$`, examples: [`-${known[0]}`] },
    }),
  );
};

export const paging = {
  page: z._default(wholeNumberBetween(1, 1_000_000), 1),
  limit: z._default(wholeNumberBetween(1, 200), 50),
};

const cursor = z
  .string()
  .check(
    z.maxLength(2000),
    z.describe('`next` of the page before, with the same order and filters'),
    example('WyIxMjUwMDAuMDAiLCI0MiJd'),
  );

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
    after: z.optional(cursor),
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
