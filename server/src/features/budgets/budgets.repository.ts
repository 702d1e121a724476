import {
  budgetFields,
  type BudgetRow,
  budgetRow,
  type BudgetTotals,
  budgetTotals,
  type ListBudgetsQuery,
} from '@opex/contracts/budgets';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
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
} from '../../lib/list-query.ts';
import { readJson, readRows } from '../../lib/sql.ts';

/** Ids of the year that is shown and of the two before it; 0 where there is none. */
export type Years = { year: number; previous: number; earlier: number; planVersionId: number };

const text = (column: string): ListColumn => ({ order: `lower(s.${column})`, type: 'text' });
const longText = (column: string): ListColumn => ({
  order: `lower(left(s.${column}, 200))`,
  text: `lower(s.${column})`,
  value: `lower(s.${column})`,
  type: 'text',
});
const reference = (column: string): ListColumn => ({
  order: `s.${column}_key`,
  value: `s.${column}_id`,
  type: 'integer',
  orderType: 'text',
});
const day = (column: string): ListColumn => ({ order: `s.${column}`, type: 'date', nullable: true });
const amount = (expression: string): ListColumn => ({ order: expression, type: 'numeric' });

const columns: ListColumns<typeof budgetFields> = {
  id: { order: 's.id', type: 'integer' },
  uid: text('uid'),
  parentUid: { order: 's.parent_uid_key', type: 'text' },
  vendor: reference('vendor'),
  vendorService: text('vendor_service'),
  service: text('service'),
  description: longText('description'),
  contract: text('contract'),
  startDate: day('start_date'),
  endDate: day('end_date'),
  renewalDate: day('renewal_date'),
  budgetHead: reference('budget_head'),
  tower: reference('tower'),
  priority: text('priority'),
  initiativeType: text('initiative_type'),
  serviceType: text('service_type'),
  allocationType: reference('allocation_type'),
  costLever: text('cost_lever'),
  owner: text('owner'),
  poEntity: reference('po_entity'),
  remark: longText('last_remark'),
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
};

/** Figures of one year: the services' own, or the net share of some entities. */
function figuresOf(yearId: string, scope: Scope, values: Values) {
  if (scope === 'all')
    return { table: 'service_years', condition: (alias: string) => `${alias}.fiscal_year_id = ${yearId}` };
  const table = `(SELECT service_id, sum(budget) AS budget, sum(actual) AS actual, sum(committed) AS committed, sum(budget) - sum(actual) AS variance,
      sum(ytd_budget) AS ytd_budget, sum(ytd_actual) AS ytd_actual, sum(ytd_variance) AS ytd_variance
    FROM service_entity_years WHERE fiscal_year_id = ${yearId} AND entity_id = ANY (${values.add(scope)}::int[]) GROUP BY service_id)`;
  return { table, condition: () => 'true' };
}

/** Services with a year's figures; earlier years join only where something asks for them, or inline as zero. */
function source({ year, previous, earlier }: Years, scope: Scope, values: Values, needs: { p: boolean; e: boolean }) {
  const now = figuresOf(values.add(year), scope, values);
  const join = (alias: 'p' | 'e', yearId: number) => {
    if (!needs[alias]) return '';
    if (yearId === 0) return ` CROSS JOIN (SELECT 0::numeric AS budget, 0::numeric AS actual) ${alias}`;
    const figures = figuresOf(values.add(yearId), scope, values);
    // Every service has a row for every year, so that an inner join can follow the other year's index.
    if (scope === 'all')
      return ` JOIN ${figures.table} ${alias} ON ${alias}.service_id = s.id AND ${figures.condition(alias)}`;
    return ` LEFT JOIN ${figures.table} ${alias} ON ${alias}.service_id = s.id`;
  };
  return `${now.table} y JOIN services s ON s.id = y.service_id AND ${now.condition('y')}${join('p', previous)}${join('e', earlier)}`;
}

/** A share that an entity did not have in an earlier year is zero there, also for filters and orders. */
const withZeroes = (sql: string, scope: Scope) =>
  scope === 'all' ? sql : sql.replace(/\b([pe])\.(budget|actual)\b/g, 'coalesce($1.$2, 0)');

const conditionsFor = (query: ListBudgetsQuery, values: Values) => {
  const conditions = conditionsOf(budgetFields, columns, query, values);
  if (query.q) conditions.push(`s.search_text LIKE ${values.add(`%${escapeLike(query.q.toLowerCase())}%`)}`);
  return conditions;
};

const needsOf = (sql: string) => ({ p: /\bp\.(budget|actual)/.test(sql), e: /\be\.(budget|actual)/.test(sql) });

/** Ids first, by an index of the order; the many columns are fetched for one page only. */
export async function findPageIds(
  query: ListBudgetsQuery,
  years: Years,
  scope: Scope,
  secret: string,
): Promise<{ ids: number[]; next: string | null }> {
  const sort = query.sort ?? 'uid';
  const terms = termsOf(columns, sort);
  const values = new Values();
  const order = orderBy(terms, 's.id');
  // Written once to learn which years it needs, and again with the values in the statement's own order.
  const needs = needsOf(`${conditionsFor(query, new Values()).join(' ')} ${order}`);
  const from = source(years, scope, values, needs);
  const conditions = conditionsFor(query, values);
  const { condition, offset } = startOf({ ...query, sort }, terms, 's.id', values, secret);
  if (condition) conditions.push(condition);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const keys = terms.map(({ column }, index) => `(${column.order})::text AS key${index}`).join(', ');
  const rows = await readRows(
    {
      name: 'services.page_ids',
      text: withZeroes(
        `SELECT s.id, ${keys} FROM ${from}${where} ORDER BY ${order} LIMIT ${query.limit + 1} OFFSET ${offset}`,
        scope,
      ),
      values: values.list,
      prepared: conditions.length === 0 && offset === 0,
    },
    z.looseObject({ id: z.int() }),
  );
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  const lastKeys = last && [...terms.map((_, index) => last[`key${index}`] as string | null), String(last.id)];
  return {
    ids: rows.slice(0, query.limit).map(({ id }) => id),
    next: lastKeys ? cursorOf(lastKeys, sort, secret) : null,
  };
}

/** As text, also inside JSON: a number there would lose cents. */
const money = (expression: string) => `(${expression})::numeric(22, 2)::text`;
const sumColumns = `
  ${money('coalesce(sum(y.budget), 0)')} AS budget, ${money('coalesce(sum(y.actual), 0)')} AS actual, ${money('coalesce(sum(y.committed), 0)')} AS committed,
  ${money('coalesce(sum(y.variance), 0)')} AS variance, ${money('coalesce(sum(y.ytd_budget), 0)')} AS "ytdBudget",
  ${money('coalesce(sum(y.ytd_actual), 0)')} AS "ytdActual", ${money('coalesce(sum(y.ytd_variance), 0)')} AS "ytdVariance",
  ${money('coalesce(sum(p.budget), 0)')} AS "previousBudget", ${money('coalesce(sum(p.actual), 0)')} AS "previousActual",
  ${money('coalesce(sum(e.budget), 0)')} AS "earlierBudget", ${money('coalesce(sum(e.actual), 0)')} AS "earlierActual"`;

export async function findTotals(
  query: ListBudgetsQuery,
  years: Years,
  scope: Scope,
): Promise<{ total: number; totals: BudgetTotals }> {
  const values = new Values();
  const from = source(years, scope, values, { p: true, e: true });
  const conditions = conditionsFor(query, values);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  const [row] = await readRows(
    {
      name: 'services.totals',
      text: `SELECT count(*)::int AS total, ${sumColumns} FROM ${from}${withZeroes(where, scope)}`,
      values: values.list,
      prepared: conditions.length === 0,
    },
    z.object({ total: z.int(), ...budgetTotals.shape }),
  );
  const { total, ...totals } = row as { total: number } & BudgetTotals;
  return { total, totals };
}

const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, '0'));
const planMonths = `(SELECT ARRAY[${months.map((month) => `m${month}::numeric(22, 2)::text`).join(', ')}] FROM plan_lines
  WHERE plan_version_id = $5 AND service_id = s.id)`;
const shareMonths = (scopeParameter: string) =>
  `(SELECT ARRAY[${months.map((month) => `sum(b${month})::numeric(22, 2)::text`).join(', ')}] FROM service_entity_years
  WHERE fiscal_year_id = $2 AND service_id = s.id AND entity_id = ANY (${scopeParameter}::int[]))`;

const serviceColumns = `
  s.id, s.version, s.uid, parent.uid AS "parentUid", s.vendor_id AS "vendorId", vendor.name AS vendor, s.vendor_service AS "vendorService",
  s.service, s.description, s.contract, s.start_date::text AS "startDate", s.end_date::text AS "endDate", s.renewal_date::text AS "renewalDate",
  s.budget_head_id AS "budgetHeadId", head.name AS "budgetHead", s.tower_id AS "towerId", tower.name AS tower, s.priority,
  s.initiative_type AS "initiativeType", s.service_type AS "serviceType", s.allocation_type_id AS "allocationTypeId",
  allocation_type.name AS "allocationType", s.cost_lever AS "costLever", s.owner, s.po_entity_id AS "poEntityId", po_entity.name AS "poEntity",
  s.entity_id AS "entityId", entity.name AS entity, s.budget_key_id AS "budgetKeyId", budget_key.name AS "budgetKey",
  s.actual_key_id AS "actualKeyId", actual_key.name AS "actualKey", s.phasing, s.last_remark AS remark,
  CASE WHEN s.retired_at IS NULL THEN 'Active' ELSE 'Retired' END AS status`;
const serviceJoins = `
  LEFT JOIN services parent ON parent.id = s.parent_id
  LEFT JOIN vendors vendor ON vendor.id = s.vendor_id
  LEFT JOIN budget_heads head ON head.id = s.budget_head_id
  LEFT JOIN towers tower ON tower.id = s.tower_id
  LEFT JOIN allocation_types allocation_type ON allocation_type.id = s.allocation_type_id
  LEFT JOIN po_entities po_entity ON po_entity.id = s.po_entity_id
  LEFT JOIN entities entity ON entity.id = s.entity_id
  LEFT JOIN allocation_keys budget_key ON budget_key.id = s.budget_key_id
  LEFT JOIN allocation_keys actual_key ON actual_key.id = s.actual_key_id`;
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
        FROM service_entity_years WHERE fiscal_year_id = ${parameter} AND service_id = s.id AND entity_id = ANY ($6::int[])`;
  const monthsColumn = withMonths
    ? `, coalesce(${scoped ? shareMonths('$6') : planMonths}, array_fill(NULL::text, ARRAY[12])) AS months`
    : '';
  const editable = scoped ? `s.service_type = 'Dedicated' AND s.entity_id = ANY ($6::int[])` : 'true';
  const visible = scoped
    ? ` AND (s.entity_id = ANY ($6::int[]) OR EXISTS (SELECT FROM service_entity_years WHERE service_id = s.id AND entity_id = ANY ($6::int[])))`
    : '';
  return `SELECT ${serviceColumns}, coalesce(${editable}, false) AS editable, ${figureColumns}${monthsColumn}
    FROM services s
    LEFT JOIN LATERAL (${figures('$2')}) y ON true
    LEFT JOIN LATERAL (${figures('$3')}) p ON true
    LEFT JOIN LATERAL (${figures('$4')}) e ON true${serviceJoins}
    WHERE s.id = ANY ($1::int[]) AND $5::int IS NOT NULL${visible}
    ORDER BY array_position($1::int[], s.id)`;
};
const texts = new Map(
  [true, false].flatMap((scoped) =>
    [true, false].map((withMonths) => [`${scoped}${withMonths}`, rowsText(scoped, withMonths)]),
  ),
);

const statementOf = (ids: number[], years: Years, scope: Scope, withMonths: boolean) => {
  const scoped = scope !== 'all';
  return {
    name: 'services.rows',
    text: texts.get(`${scoped}${withMonths}`) as string,
    values: [ids, years.year, years.previous, years.earlier, years.planVersionId, ...(scoped ? [scope] : [])],
  };
};

/** Rows in the order of the ids, with their months; those outside the scope are not there. */
export const findRows = (ids: number[], years: Years, scope: Scope): Promise<BudgetRow[]> =>
  readRows(statementOf(ids, years, scope, true), budgetRow);

/** The same as finished JSON: a page is two thousand cells, and parsing them here would cost more than reading them. */
export const findRowsAsJson = (ids: number[], years: Years, scope: Scope, withMonths: boolean): Promise<string> =>
  readJson(statementOf(ids, years, scope, withMonths));
