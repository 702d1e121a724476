import type { ListFields, Pagination } from '@opex/contracts/list';
import { type core, z } from 'zod';
import {
  conditionsOf,
  holding,
  type ListColumns,
  type ListRequest,
  orderBy,
  pageOfRows,
  paginationOf,
  startOf,
  termsOf,
  type Values,
} from './list-query.ts';
import { readRows } from '../read.ts';

type ListSource<Fields extends ListFields, Row> = {
  /** The table's name, for metrics and the log. */
  table: string;
  select: string;
  from: string;
  id: string;
  fields: Fields;
  columns: ListColumns<Fields>;
  /** What a quick search looks into: SQL texts in lower case. */
  searched: string[];
  defaultSort: string;
  row: core.$ZodType<Row>;
  /** A further condition, made of all others. */
  only?: (where: string) => string;
};

const counted = z.object({ total: z.int() });

/** A page of a list of moderate size, with its count. The caller has put the values of `conditions` into `values`. */
export async function findListPage<Fields extends ListFields, Row>(
  { table, select, from, id, fields, columns, searched, defaultSort, row, only }: ListSource<Fields, Row>,
  query: ListRequest,
  { values, conditions, secret }: { values: Values; conditions: string[]; secret: string },
): Promise<{ data: Row[]; pagination: Pagination }> {
  const sort = query.sort ?? defaultSort;
  const terms = termsOf(columns, sort);
  const filters = [...conditions, ...conditionsOf(fields, columns, query, values)];
  if (query.q) {
    const pattern = values.add(holding(query.q));
    filters.push(`(${searched.map((text) => `${text} LIKE ${pattern}`).join(' OR ')})`);
  }
  const fitting = filters.length > 0 ? filters.join(' AND ') : 'true';
  const where = only ? `${fitting} AND ${only(fitting)}` : fitting;
  const filterValues = [...values.list];
  const { condition = 'true', offset } = startOf({ ...query, sort }, terms, id, values, secret);
  const keys = [...terms.map(({ column }) => `(${column.order})::text`), `${id}::text`];
  const page = `SELECT ${select}, ARRAY[${keys.join(', ')}] AS keys FROM ${from}
    WHERE ${where} AND ${condition} ORDER BY ${orderBy(terms, id)} LIMIT ${query.limit + 1} OFFSET ${offset}`;
  const [rows, [count]] = await Promise.all([
    readRows(
      { name: `${table}.page`, text: page, values: values.list, prepared: false },
      z.looseObject({ keys: z.array(z.string().nullable()) }),
    ),
    readRows(
      {
        name: `${table}.count`,
        text: `SELECT count(*)::int AS total FROM ${from} WHERE ${where}`,
        values: filterValues,
        prepared: false,
      },
      counted,
    ),
  ]);
  const { shown, next } = pageOfRows(rows, { limit: query.limit, sort }, secret);
  return {
    data: shown.map((found) => z.parse(row, found)),
    pagination: paginationOf(query, count?.total ?? 0, next),
  };
}
