import {
  monthTotals,
  type MonthTotals,
  trackerFields,
  type TrackerTotals,
  trackerTotals,
  type TrackerListQuery,
} from '@opex/contracts/tracker';
import { serviceFields } from '@opex/contracts/fields/service';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { listColumnsOf } from '../../database/list/catalogue.ts';
import {
  conditionsOf,
  holding,
  type ListColumn,
  type ListColumns,
  orderBy,
  pageOfRows,
  startOf,
  termsOf,
  Values,
} from '../../database/list/list-query.ts';
import { inScope, isAmong, isOf, isSeen, scopeValue, sumsOfMonths } from '../../database/fragments.ts';
import { only, readRows } from '../../database/read.ts';
import { figureColumns, monthSums, noFigures, selectFigures, sumsOfShares } from './figures-as-read.repository.ts';
import { servicesReadBy } from './services-as-read.repository.ts';
import type { Sight, Years } from './tracker-rows.repository.ts';

/** What the settings have to say about a list. */
export type Rules = { cursorSecret: string; materialAmount: string; materialPercent: string };

const remark = listColumnsOf({ lastRemark: serviceFields.remark })['lastRemark'] as ListColumn;

const columns = {
  ...listColumnsOf(serviceFields),
  id: { order: 's.id', type: 'integer' },
  remark,
  status: { order: `(CASE WHEN s.retired_at IS NULL THEN 'active' ELSE 'retired' END)`, type: 'text' },
  ...figureColumns,
} as ListColumns<typeof trackerFields>;

/** `own` is what the reader may see at all: a parent beyond it has no name, neither to be read nor to sort or filter by. */
function columnsFor(own: Scope, values: Values): typeof columns {
  if (own === 'all') return columns;
  let seen: string | undefined;
  const parentUid: ListColumn = {
    type: 'text',
    // The value is added only where a statement names the parent: PostgreSQL refuses a parameter that nothing uses.
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

/** A year of services, and a month of it. */
const yearWithMonth = (month: number, year: string) => `(
  SELECT whole.*, coalesce(m.month_budget, 0) AS month_budget, coalesce(m.month_actual, 0) AS month_actual FROM service_years whole
  LEFT JOIN (SELECT service_id, ${monthSums(month)} FROM service_entity_years WHERE fiscal_year_id = ${year} GROUP BY service_id) m USING (service_id))`;

/** Every service has a row for every year, so a statement reads only the tables that its order and filters name. */
function wholeFigures({ year, previous, earlier, month }: Years, values: Values, used: string) {
  const yearOf = { y: year, p: previous, e: earlier };
  const needed = (['y', 'p', 'e', 's'] as const).filter((alias) => isNeeded(alias, used));
  const base = needed.find((alias) => alias === 's' || yearOf[alias] !== 0) ?? 's';
  const idOf = (alias: Alias) => (alias === 's' ? 's.id' : `${alias}.service_id`);
  const table = (alias: Alias) => {
    if (alias === 's') return 'services s';
    return alias === 'y' && month && used.includes('y.month_')
      ? `${yearWithMonth(month, values.add(year))} y`
      : `service_years ${alias}`;
  };
  const ofYear = (alias: Alias) => (alias === 's' ? '' : ` AND ${alias}.fiscal_year_id = ${values.add(yearOf[alias])}`);
  const joins = needed
    .filter((alias) => alias !== base)
    .map((alias) =>
      alias !== 's' && yearOf[alias] === 0
        ? ` CROSS JOIN (SELECT ${noFigures}) ${alias}`
        : ` JOIN ${table(alias)} ON ${idOf(alias)} = ${idOf(base)}${ofYear(alias)}`,
    );
  return { from: `${table(base)}${joins.join('')} WHERE true${ofYear(base)}`, id: idOf(base) };
}

/** The net shares of some entities; one that had no share in an earlier year has zero there. */
function netFigures({ year, previous, earlier, month }: Years, { scope, own }: Sight, values: Values, used: string) {
  const entities = `${values.add(scope)}::int[]`;
  const shares = `(SELECT service_id, ${sumsOfShares}${month ? `, ${monthSums(month)}` : ''}
    FROM service_entity_years WHERE fiscal_year_id = ${values.add(year)} AND ${isOf('entity_id', entities)} GROUP BY service_id)`;
  const before = (alias: 'p' | 'e', yearId: number) =>
    isNeeded(alias, used)
      ? ` CROSS JOIN LATERAL (SELECT ${sumsOfShares} FROM service_entity_years
          WHERE fiscal_year_id = ${values.add(yearId)} AND ${isOf('entity_id', entities)} AND service_id = s.id) ${alias}`
      : '';
  const { services, isThere } = servicesReadBy(own, values);
  return {
    from: `${shares} y JOIN ${services} s ON s.id = y.service_id${before('p', previous)}${before('e', earlier)} WHERE ${isThere}`,
    id: 's.id',
  };
}

/** The services that an exception of the dashboard counts, by the dashboard's own conditions. */
function exceptionOf({ exception }: TrackerListQuery, { year }: Years, scope: Scope, rules: Rules, values: Values) {
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

const usesKey = (keys: string) => `(${isAmong('s.budget_key_id', keys)} OR ${isAmong('s.actual_key_id', keys)})`;

const conditionsFor = (query: TrackerListQuery, years: Years, { scope, own }: Sight, rules: Rules, values: Values) => {
  const conditions = [
    ...conditionsOf(trackerFields, columnsFor(own, values), query, values),
    ...exceptionOf(query, years, scope, rules, values),
  ];
  if (query.key) conditions.push(usesKey(values.add(query.key.split(',').map(Number))));
  if (query.q) conditions.push(`s.search_text LIKE ${values.add(holding(query.q))}`);
  return conditions.map((condition) => ` AND ${condition}`).join('');
};

const idAndKeys = z.object({ id: z.int(), keys: z.array(z.string().nullable()) });

/** Ids first, by an index of the order; the many columns are fetched for one page only. */
export async function findPageIds(
  query: TrackerListQuery,
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
  const { shown, next } = pageOfRows(rows, { limit: query.limit, sort }, rules.cursorSecret);
  return { ids: shown.map((row) => row.id), next };
}

const countAndTotals = z.object({ total: z.int(), ...trackerTotals.shape });

export async function findTotals(
  query: TrackerListQuery,
  years: Years,
  sight: Sight,
  rules: Rules,
): Promise<{ total: number; totals: TrackerTotals }> {
  const values = new Values();
  const sumColumns = selectFigures(years.month, (expression) => `sum(${expression})`);
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
  const { total, ...totals } = row as { total: number } & TrackerTotals;
  return { total, totals };
}

/** What the months add up to: of a filter from the shares of its services, of everything from the roll-up of towers. */
export async function findMonthTotals(
  query: TrackerListQuery,
  years: Years,
  sight: Sight,
  rules: Rules,
): Promise<MonthTotals> {
  const values = new Values();
  const conditions = conditionsFor(query, years, sight, rules, values);
  const ofYear = `fiscal_year_id = ${values.add(years.year)} AND ${inScope('entity_id', values.add(scopeValue(sight.scope)))}`;
  const ofFilter = () => {
    const { from, id } = source(years, sight, values, conditions);
    return `service_entity_years WHERE ${ofYear} AND service_id IN (SELECT ${id} FROM ${from}${conditions})`;
  };
  const of = conditions ? ofFilter() : `tower_entity_years WHERE ${ofYear}`;
  const statement = {
    name: 'services.month_totals',
    text: `SELECT ${sumsOfMonths('b')} AS budget, ${sumsOfMonths('a')} AS actual FROM ${of}`,
    values: values.list,
    prepared: !conditions,
  };
  return only(await readRows(statement, monthTotals));
}
