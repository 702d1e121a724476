import {
  budgetFields,
  type BudgetRow,
  budgetRow,
  type BudgetTotals,
  budgetTotals,
  type ListBudgetsQuery,
} from '@opex/contracts/budgets';
import { type FigureName, serviceFields } from '@opex/contracts/fields/service';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { joinNames, listColumnsOf, selectRow } from '../../database/list/catalogue.ts';
import {
  conditionsOf,
  cursorOf,
  escapeLike,
  type ListColumn,
  type ListColumns,
  orderBy,
  startOf,
  termsOf,
  Values,
} from '../../database/list/list-query.ts';
import { monthColumns } from '../../database/months.ts';
import { isAmong, isOf, isSeen, money, moneyList, seenInScope } from '../../database/fragments.ts';
import { readRows, type Source } from '../../database/read.ts';
import { isThereInYear, servicesOfIds, servicesReadBy } from './services-as-read.repository.ts';

/** Ids of the year that is shown and of the two before it; 0 where there is none. */
export type Years = { year: number; previous: number; earlier: number; planVersionId: number };

/** What the settings have to say about a list. */
export type Rules = { cursorSecret: string; materialAmount: string; materialPercent: string };

const amount = (expression: string): ListColumn => ({ order: expression, type: 'numeric' });

/** What only this table knows of its fields. */
const ownColumns = {
  remark: 's.last_remark',
  status: `CASE WHEN s.retired_at IS NULL THEN 'Active' ELSE 'Retired' END`,
};
const remark = listColumnsOf({ lastRemark: serviceFields.remark })['lastRemark'] as ListColumn;

const columns = {
  ...listColumnsOf(serviceFields),
  id: { order: 's.id', type: 'integer' },
  remark,
  status: { order: `(CASE WHEN s.retired_at IS NULL THEN 'active' ELSE 'retired' END)`, type: 'text' },
  budget: amount('y.budget'),
  actual: amount('y.actual'),
  committed: amount('y.committed'),
  variance: amount('y.variance'),
  ytdBudget: amount('y.ytd_budget'),
  ytdActual: amount('y.ytd_actual'),
  ytdVariance: amount('y.ytd_variance'),
  previousBudget: amount('p.budget'),
  previousActual: amount('p.actual'),
  earlierBudget: amount('e.budget'),
  earlierActual: amount('e.actual'),
} satisfies Record<FigureName | 'id' | 'remark' | 'status', ListColumn> as ListColumns<typeof budgetFields>;

/** `own` is what the reader may see at all: a parent beyond it has no name, neither to be read nor to sort or filter by. */
function columnsFor(own: Scope, values: Values): typeof columns {
  if (own === 'all') return columns;
  let seen: string | undefined;
  const parentUid: ListColumn = {
    type: 'text',
    // Only a statement that names the parent may have the value.
    get order() {
      seen ??= `(CASE WHEN EXISTS (SELECT FROM services parent WHERE parent.id = s.parent_id AND ${isSeen('parent', `${values.add(own)}::int[]`)}) THEN s.parent_uid_key ELSE '' END)`;
      return seen;
    },
  };
  return { ...columns, parentUid };
}

type Alias = 's' | 'y' | 'p' | 'e';
const isNeeded = (alias: Alias, sql: string) => new RegExp(`\\b${alias}\\.`).test(sql);

/** What a statement reads from, and how it names a service; `used` are the texts that it is made of. */
const source = (years: Years, sight: Sight, values: Values, used: string): { from: string; id: string } =>
  sight.scope === 'all' ? wholeFigures(years, values, used) : netFigures(years, sight, values, used);

/** Every service has a row for every year, so a statement reads only the tables that its order and filters name. */
function wholeFigures({ year, previous, earlier }: Years, values: Values, used: string) {
  const yearOf = { y: year, p: previous, e: earlier };
  const needed = (['y', 'p', 'e', 's'] as const).filter((alias) => isNeeded(alias, used));
  const base = needed.find((alias) => alias === 's' || yearOf[alias] !== 0) ?? 's';
  const idOf = (alias: Alias) => (alias === 's' ? 's.id' : `${alias}.service_id`);
  const table = (alias: Alias) => (alias === 's' ? 'services s' : `service_years ${alias}`);
  const ofYear = (alias: Alias) => (alias === 's' ? '' : ` AND ${alias}.fiscal_year_id = ${values.add(yearOf[alias])}`);
  const joins = needed
    .filter((alias) => alias !== base)
    .map((alias) =>
      alias !== 's' && yearOf[alias] === 0
        ? ` CROSS JOIN (SELECT 0::numeric AS budget, 0::numeric AS actual) ${alias}`
        : ` JOIN ${table(alias)} ON ${idOf(alias)} = ${idOf(base)}${ofYear(alias)}`,
    );
  return { from: `${table(base)}${joins.join('')} WHERE true${ofYear(base)}`, id: idOf(base) };
}

/** The net shares of some entities; one that had no share in an earlier year has zero there. */
function netFigures({ year, previous, earlier }: Years, { scope, own }: Sight, values: Values, used: string) {
  const entities = `${values.add(scope)}::int[]`;
  const shares = `(SELECT service_id, sum(budget) AS budget, sum(actual) AS actual, sum(committed) AS committed,
      sum(budget) - sum(actual) AS variance, sum(ytd_budget) AS ytd_budget, sum(ytd_actual) AS ytd_actual, sum(ytd_variance) AS ytd_variance
    FROM service_entity_years WHERE fiscal_year_id = ${values.add(year)} AND ${isOf('entity_id', entities)} GROUP BY service_id)`;
  const before = (alias: 'p' | 'e', yearId: number) =>
    isNeeded(alias, used)
      ? ` CROSS JOIN LATERAL (SELECT coalesce(sum(budget), 0) AS budget, coalesce(sum(actual), 0) AS actual FROM service_entity_years
          WHERE fiscal_year_id = ${values.add(yearId)} AND ${isOf('entity_id', entities)} AND service_id = s.id) ${alias}`
      : '';
  const { services, isThere } = servicesReadBy(own, values);
  return {
    from: `${shares} y JOIN ${services} s ON s.id = y.service_id${before('p', previous)}${before('e', earlier)} WHERE ${isThere}`,
    id: 's.id',
  };
}

/** The services that an exception of the dashboard counts, by the dashboard's own conditions. */
function exceptionOf({ exception }: ListBudgetsQuery, { year }: Years, scope: Scope, rules: Rules, values: Values) {
  if (exception === 'over-budget')
    return [
      `y.ytd_variance < 0 AND y.ytd_variance <= -${values.add(rules.materialAmount)}::numeric
        AND -y.ytd_variance * 100 >= ${values.add(rules.materialPercent)}::numeric * abs(y.ytd_budget)`,
    ];
  if (exception === 'unallocated')
    return scope === 'all'
      ? [
          `s.id IN (SELECT service_id FROM service_entity_years
            WHERE entity_id IS NULL AND fiscal_year_id = ${values.add(year)} AND (budget <> 0 OR actual <> 0))`,
        ]
      : ['false'];
  return [];
}

/** Whose figures are added up, and what the reader may see at all: an entity that is filtered by narrows the first. */
export type Sight = { scope: Scope; own: Scope };

const conditionsFor = (query: ListBudgetsQuery, years: Years, { scope, own }: Sight, rules: Rules, values: Values) => {
  const conditions = [
    ...conditionsOf(budgetFields, columnsFor(own, values), query, values),
    ...exceptionOf(query, years, scope, rules, values),
  ];
  if (query.q) conditions.push(`s.search_text LIKE ${values.add(`%${escapeLike(query.q.toLowerCase())}%`)}`);
  return conditions.map((condition) => ` AND ${condition}`).join('');
};

const idAndKeys = z.object({ id: z.int(), keys: z.array(z.string().nullable()) });

/** Ids first, by an index of the order; the many columns are fetched for one page only. */
export async function findPageIds(
  query: ListBudgetsQuery,
  years: Years,
  sight: Sight,
  rules: Rules,
): Promise<{ ids: number[]; next: string | null }> {
  const sort = query.sort ?? 'uid';
  const values = new Values();
  const terms = termsOf(columnsFor(sight.own, values), sort);
  const conditions = conditionsFor(query, years, sight, rules, values);
  const { from, id } = source(years, sight, values, `${conditions} ${orderBy(terms, '')}`);
  const { condition, offset } = startOf({ ...query, sort }, terms, id, values, rules.cursorSecret);
  const keys = [...terms.map(({ column }) => `(${column.order})::text`), `${id}::text`].join(', ');
  const after = condition ? ` AND ${condition}` : '';
  const rows = await readRows(
    {
      name: 'services.page_ids',
      text: `SELECT ${id} AS id, ARRAY[${keys}] AS keys FROM ${from}${conditions}${after}
        ORDER BY ${orderBy(terms, id)} LIMIT ${query.limit + 1} OFFSET ${values.add(offset)}`,
      values: values.list,
      prepared: !conditions && !after,
    },
    idAndKeys,
  );
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return {
    ids: rows.slice(0, query.limit).map((row) => row.id),
    next: last ? cursorOf(last.keys, sort, rules.cursorSecret) : null,
  };
}

const sumColumns = `
  ${money('coalesce(sum(y.budget), 0)')} AS budget, ${money('coalesce(sum(y.actual), 0)')} AS actual, ${money('coalesce(sum(y.committed), 0)')} AS committed,
  ${money('coalesce(sum(y.variance), 0)')} AS variance, ${money('coalesce(sum(y.ytd_budget), 0)')} AS "ytdBudget",
  ${money('coalesce(sum(y.ytd_actual), 0)')} AS "ytdActual", ${money('coalesce(sum(y.ytd_variance), 0)')} AS "ytdVariance",
  ${money('coalesce(sum(p.budget), 0)')} AS "previousBudget", ${money('coalesce(sum(p.actual), 0)')} AS "previousActual",
  ${money('coalesce(sum(e.budget), 0)')} AS "earlierBudget", ${money('coalesce(sum(e.actual), 0)')} AS "earlierActual"`;

const countAndTotals = z.object({ total: z.int(), ...budgetTotals.shape });

export async function findTotals(
  query: ListBudgetsQuery,
  years: Years,
  sight: Sight,
  rules: Rules,
): Promise<{ total: number; totals: BudgetTotals }> {
  const values = new Values();
  const conditions = conditionsFor(query, years, sight, rules, values);
  const { from } = source(years, sight, values, `${conditions} ${sumColumns}`);
  const [row] = await readRows(
    {
      name: 'services.totals',
      text: `SELECT count(*)::int AS total, ${sumColumns} FROM ${from}${conditions}`,
      values: values.list,
      prepared: !conditions,
    },
    countAndTotals,
  );
  const { total, ...totals } = row as { total: number } & BudgetTotals;
  return { total, totals };
}

const planMonths = `(SELECT ${moneyList(monthColumns('m'))} FROM plan_lines
  WHERE plan_version_id = $5 AND service_id = s.id)`;
const shareMonths = (scopeParameter: string) =>
  `(SELECT ${moneyList(monthColumns('b').map((month) => `sum(${month})`))} FROM service_entity_years
  WHERE fiscal_year_id = $2 AND service_id = s.id AND ${isOf('entity_id', `${scopeParameter}::int[]`)})`;

const serviceColumns = `s.id, s.version, ${selectRow(serviceFields, ownColumns)}`;
const serviceJoins = (parentIsSeen: string) => `
  LEFT JOIN services parent ON parent.id = s.parent_id${parentIsSeen}
  ${joinNames(serviceFields)}`;
const figureColumns = [
  'y.budget',
  'y.actual',
  'y.committed',
  'y.variance',
  'y.ytd_budget "ytdBudget"',
  'y.ytd_actual "ytdActual"',
  'y.ytd_variance "ytdVariance"',
  'p.budget "previousBudget"',
  'p.actual "previousActual"',
  'e.budget "earlierBudget"',
  'e.actual "earlierActual"',
]
  .map((column) => {
    const [expression = '', name = expression.slice(2)] = column.split(' ');
    return `${money(`coalesce(${expression}, 0)`)} AS ${name}`;
  })
  .join(', ');

/** The four texts of the same read, fixed so that each stays prepared: whole or share, with or without months. */
const rowsText = (scoped: boolean, withMonths: boolean) => {
  const figures = (parameter: string) =>
    !scoped
      ? `SELECT * FROM service_years WHERE fiscal_year_id = ${parameter} AND service_id = s.id`
      : `SELECT sum(budget) AS budget, sum(actual) AS actual, sum(committed) AS committed, sum(budget) - sum(actual) AS variance,
          sum(ytd_budget) AS ytd_budget, sum(ytd_actual) AS ytd_actual, sum(ytd_variance) AS ytd_variance
        FROM service_entity_years WHERE fiscal_year_id = ${parameter} AND service_id = s.id AND ${isOf('entity_id', '$6::int[]')}`;
  const monthsColumn = withMonths
    ? `, coalesce(${scoped ? shareMonths('$6') : planMonths}, array_fill(NULL::text, ARRAY[12])) AS months`
    : '';
  const editable = scoped ? `s.service_type = 'Dedicated' AND ${isOf('s.entity_id', '$6::int[]')}` : 'true';
  const services = scoped ? servicesOfIds('$1', '$7') : 'services';
  const visible = scoped ? ` AND ${isThereInYear}` : '';
  const parentIsSeen = scoped ? ` AND ${seenInScope('parent', '$7')}` : '';
  return `SELECT ${serviceColumns}, coalesce(${editable}, false) AS editable, ${figureColumns}${monthsColumn}
    FROM ${services} s
    LEFT JOIN LATERAL (${figures('$2')}) y ON true
    LEFT JOIN LATERAL (${figures('$3')}) p ON true
    LEFT JOIN LATERAL (${figures('$4')}) e ON true${serviceJoins(parentIsSeen)}
    WHERE ${isAmong('s.id', '$1')} AND $5::int IS NOT NULL${visible}
    ORDER BY array_position($1::int[], s.id)`;
};
const texts = new Map(
  [true, false].flatMap((scoped) =>
    [true, false].map((withMonths) => [`${scoped}${withMonths}`, rowsText(scoped, withMonths)]),
  ),
);

const statementOf = (ids: number[], years: Years, { scope, own }: Sight, withMonths: boolean) => {
  const scoped = scope !== 'all';
  return {
    name: 'services.rows',
    text: texts.get(`${scoped}${withMonths}`) as string,
    values: [
      ids,
      years.year,
      years.previous,
      years.earlier,
      years.planVersionId,
      ...(scoped ? [scope, own === 'all' ? null : own] : []),
    ],
  };
};

/** Rows in the order of the ids, with their months; those outside the scope are not there. */
export const findRows = (ids: number[], years: Years, own: Scope, source?: Source): Promise<BudgetRow[]> =>
  readRows(statementOf(ids, years, { scope: own, own }, true), budgetRow, source);

/** The same as finished JSON, by id: a page is two thousand cells, and parsing them here would cost more than reading them. */
export async function findRowsAsJson(
  ids: number[],
  years: Years,
  sight: Sight,
  withMonths: boolean,
): Promise<Map<number, string>> {
  const statement = statementOf(ids, years, sight, withMonths);
  const text = `SELECT id, to_json(found)::text AS json FROM (${statement.text}) AS found`;
  const rows = await readRows({ ...statement, name: 'services.rows_json', text }, jsonRow);
  return new Map(rows.map(({ id, json }) => [id, json]));
}
const jsonRow = z.object({ id: z.int(), json: z.string() });
