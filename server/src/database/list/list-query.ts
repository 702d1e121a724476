import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FilterOperator, ListFields, Pagination } from '@opex/contracts/list';
import { operatorsOf } from '@opex/contracts/list';
import { AppError, invalid } from '../../lib/errors.ts';

/** How a field of a list is found in SQL. The names of the fields are the contract's. */
export type ListColumn = {
  /** What to order by; must not be null unless `nullable`. */
  order: string;
  /** What `=`, `<` and so on compare; the order's expression if absent. */
  value?: string;
  /** What `like` looks into, in lower case; the order's expression if absent. */
  text?: string;
  /** A longer text that holds this one, and has an index for `like`. */
  heldBy?: string;
  type: 'text' | 'numeric' | 'date' | 'integer';
  /** The type of `order`, where it differs from `type`. */
  orderType?: 'text' | 'timestamptz';
  nullable?: boolean;
};
export type ListColumns<Fields extends ListFields> = Record<keyof Fields, ListColumn>;

/** A moment: ordered to the instant, compared by its day. */
export const momentColumn = (column: string, nullable = false): ListColumn => ({
  order: column,
  value: `${column}::date`,
  type: 'date',
  orderType: 'timestamptz',
  nullable,
});

export type ListRequest = {
  page: number;
  limit: number;
  sort?: string | undefined;
  q?: string | undefined;
  after?: string | undefined;
} & Record<string, unknown>;

/** The values of one statement, numbered as they are used. */
export class Values {
  readonly list: unknown[] = [];
  add(value: unknown) {
    this.list.push(value);
    return `$${this.list.length}`;
  }
}

const comparison: Partial<Record<FilterOperator, string>> = { gte: '>=', gt: '>', lte: '<=', lt: '<' };

/** The conditions that the filters of a query stand for. */
export function conditionsOf<Fields extends ListFields>(
  fields: Fields,
  columns: ListColumns<Fields>,
  query: ListRequest,
  values: Values,
): string[] {
  const conditions: string[] = [];
  for (const [field, kind] of Object.entries(fields)) {
    for (const operator of operatorsOf[kind]) {
      const value = query[operator === 'eq' ? field : `${field}.${operator}`];
      if (typeof value === 'string')
        conditions.push(conditionOf(columns[field] as ListColumn, operator, value, values));
    }
  }
  return conditions;
}

function conditionOf(column: ListColumn, operator: FilterOperator, value: string, values: Values): string {
  const expression = column.value ?? column.order;
  const isText = column.type === 'text';
  const cast = isText ? 'text' : column.type;
  switch (operator) {
    case 'like': {
      const pattern = values.add(holding(value));
      const held = column.heldBy ? `${column.heldBy} LIKE ${pattern} AND ` : '';
      return `${held}${column.text ?? column.order} LIKE ${pattern}`;
    }
    case 'empty': {
      const blank = isText ? `${expression} = ''` : `${expression} IS NULL`;
      return value === 'true' ? `(${blank})` : `NOT (${blank})`;
    }
    case 'eq':
      return `${expression} = ANY (${values.add(listOf(value, isText))}::${cast}[])`;
    case 'ne':
      return `(${expression} IS NULL OR ${expression} <> ALL (${values.add(listOf(value, isText))}::${cast}[]))`;
    default:
      return `${expression} ${comparison[operator]} ${values.add(value)}::${cast}`;
  }
}

const listOf = (value: string, isText: boolean) =>
  value.split(',').map((part) => (isText ? part.trim().toLowerCase() : part));

/** A search for "50%" looks for those three characters. */
const escaped = (text: string) => text.toLowerCase().replace(/[\\%_]/g, '\\$&');
/** Patterns for LIKE on a text in lower case. */
export const holding = (words: string) => `%${escaped(words)}%`;
export const beginningWith = (words: string) => `${escaped(words)}%`;

type Term = { field: string; column: ListColumn; descending: boolean };

export function termsOf<Fields extends ListFields>(columns: ListColumns<Fields>, sort: string): Term[] {
  return sort.split(',').map((term) => {
    const field = term.replace(/^-/, '');
    return { field, column: columns[field] as ListColumn, descending: term.startsWith('-') };
  });
}

/** Blanks last in both directions; the id last and in the first term's direction, so that one index gives the order. */
export function orderBy(terms: Term[], id: string) {
  const parts = terms.map(
    ({ column, descending }) =>
      `${column.order}${descending ? ' DESC' : ''}${column.nullable && descending ? ' NULLS LAST' : ''}`,
  );
  return [...parts, `${id}${terms[0]?.descending ? ' DESC' : ''}`].join(', ');
}

const deepest = 10_000;

/** Where the page begins: an offset, or the row after a cursor. */
export function startOf(
  query: ListRequest,
  terms: Term[],
  id: string,
  values: Values,
  secret: string,
): { condition?: string; offset: number } {
  if (query.after !== undefined) {
    const last = openCursor(query.after, query.sort ?? '', secret);
    if (last.length !== terms.length + 1) throw badCursor();
    return { condition: afterCondition(terms, id, last, values), offset: 0 };
  }
  const offset = (query.page - 1) * query.limit;
  if (offset > deepest) throw invalid('/page', `Past ${deepest} rows use "after" with the cursor of the page before`);
  return { offset };
}

/** (a, b, id) after the last row, written out because directions may differ and values may be null. */
function afterCondition(terms: Term[], id: string, last: (string | null)[], values: Values): string {
  const keys = [
    ...terms.map(({ column, descending }) => ({
      expression: column.order,
      cast: column.orderType ?? column.type,
      descending,
      nullable: column.nullable ?? false,
    })),
    { expression: id, cast: 'integer', descending: terms[0]?.descending ?? false, nullable: false },
  ];
  const alternatives: string[] = [];
  const equal: string[] = [];
  keys.forEach(({ expression, cast, descending, nullable }, index) => {
    const value = last[index] ?? null;
    if (value !== null) {
      const parameter = `${values.add(value)}::${cast}`;
      const beyond = `${expression} ${descending ? '<' : '>'} ${parameter}`;
      alternatives.push([...equal, nullable ? `(${beyond} OR ${expression} IS NULL)` : beyond].join(' AND '));
      equal.push(`${expression} = ${parameter}`);
    } else equal.push(`${expression} IS NULL`);
  });
  return `(${alternatives.map((alternative) => `(${alternative})`).join(' OR ')})`;
}

const seal = (payload: string, secret: string) =>
  createHmac('sha256', secret).update(payload).digest('base64url').slice(0, 22);
const badCursor = () => new AppError(400, 'This cursor is not one of ours, or belongs to another order');

export function cursorOf(keys: (string | null)[], sort: string, secret: string) {
  const payload = Buffer.from(JSON.stringify([sort, ...keys])).toString('base64url');
  return `${payload}.${seal(payload, secret)}`;
}

function openCursor(cursor: string, sort: string, secret: string): (string | null)[] {
  const [payload = '', given = ''] = cursor.split('.');
  const expected = seal(payload, secret);
  // The comparison is of bytes, and some characters are several bytes long.
  if (!/^[\w-]{22}$/.test(given) || !timingSafeEqual(Buffer.from(given), Buffer.from(expected))) throw badCursor();
  const [sortedBy, ...keys] = JSON.parse(Buffer.from(payload, 'base64url').toString()) as (string | null)[];
  if (sortedBy !== sort) throw badCursor();
  return keys;
}

/** Of rows of which one more was asked for than the page shows: that one says whether there is a next page. */
export function pageOfRows<Row extends { keys: (string | null)[] }>(
  rows: readonly Row[],
  { limit, sort }: { limit: number; sort: string },
  secret: string,
): { shown: Row[]; next: string | null } {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { shown: rows.slice(0, limit), next: last ? cursorOf(last.keys, sort, secret) : null };
}

export const paginationOf = (
  { page, limit }: { page: number; limit: number },
  total: number,
  next: string | null,
): Pagination => ({
  page,
  limit,
  total,
  pages: Math.ceil(total / limit),
  next,
});
