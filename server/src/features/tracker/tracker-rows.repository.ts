import { type TrackerRow, trackerRow } from '@opex/contracts/tracker';
import { serviceFields } from '@opex/contracts/fields/service';
import { z } from 'zod';
import { isAmong, isOf, moneyList, seenInScope } from '../../database/fragments.ts';
import { joinNames, selectRow } from '../../database/list/catalogue.ts';
import { monthColumns } from '../../database/months.ts';
import { readRows, type Source } from '../../database/read.ts';
import type { Scope } from '../../lib/caller.ts';
import { monthSums, selectFigures, sumsOfShares } from './figures-as-read.repository.ts';
import { isThereInYear, servicesOfIds } from './services-as-read.repository.ts';

/** Ids of the year that is shown and of the two before it; 0 where there is none. `month` is the one whose figures are wanted. */
export type Years = {
  year: number;
  previous: number;
  earlier: number;
  planVersionId: number;
  month: number | undefined;
};

/** `own` are the entities that the reader may see, `scope` those whose figures are added up: a filter by entity narrows it. */
export type Sight = { scope: Scope; own: Scope };

/** What only this table knows of its fields. */
const ownColumns = {
  remark: 's.last_remark',
  status: `CASE WHEN s.retired_at IS NULL THEN 'Active' ELSE 'Retired' END`,
};

const planMonths = `(SELECT ${moneyList(monthColumns('m'))} FROM plan_lines
  WHERE plan_version_id = $5 AND service_id = s.id)`;
const shareMonths = (scopeParameter: string) =>
  `(SELECT ${moneyList(monthColumns('b').map((month) => `sum(${month})`))} FROM service_entity_years
  WHERE fiscal_year_id = $2 AND service_id = s.id AND ${isOf('entity_id', `${scopeParameter}::int[]`)})`;

const serviceColumns = `s.id, s.version, ${selectRow(serviceFields, ownColumns)}`;
const serviceJoins = (parentIsSeen: string) => `
  LEFT JOIN services parent ON parent.id = s.parent_id${parentIsSeen}
  ${joinNames(serviceFields)}`;
/** The texts of the same read, fixed so that each stays prepared: whole or share, with or without months, and with a month's figures. */
const rowsText = (scoped: boolean, withMonths: boolean, month: number | undefined) => {
  const ofEntities = scoped ? ` AND ${isOf('entity_id', '$6::int[]')}` : '';
  const figures = (parameter: string) =>
    !scoped
      ? `SELECT * FROM service_years WHERE fiscal_year_id = ${parameter} AND service_id = s.id`
      : `SELECT ${sumsOfShares} FROM service_entity_years
        WHERE fiscal_year_id = ${parameter} AND service_id = s.id${ofEntities}`;
  const monthOfYear = month
    ? ` CROSS JOIN (SELECT ${monthSums(month)} FROM service_entity_years WHERE fiscal_year_id = $2 AND service_id = s.id${ofEntities}) m`
    : '';
  const monthsColumn = withMonths
    ? `, coalesce(${scoped ? shareMonths('$6') : planMonths}, array_fill(NULL::text, ARRAY[12])) AS months`
    : '';
  const editable = scoped ? `s.service_type = 'Dedicated' AND ${isOf('s.entity_id', '$6::int[]')}` : 'true';
  const services = scoped ? servicesOfIds('$1', '$7') : 'services';
  const visible = scoped ? ` AND ${isThereInYear}` : '';
  const parentIsSeen = scoped ? ` AND ${seenInScope('parent', '$7')}` : '';
  return `SELECT ${serviceColumns}, coalesce(${editable}, false) AS editable, ${selectFigures(month)}${monthsColumn}
    FROM ${services} s
    LEFT JOIN LATERAL (SELECT * FROM (${figures('$2')}) whole${monthOfYear}) y ON true
    LEFT JOIN LATERAL (${figures('$3')}) p ON true
    LEFT JOIN LATERAL (${figures('$4')}) e ON true${serviceJoins(parentIsSeen)}
    WHERE ${isAmong('s.id', '$1')} AND $5::int IS NOT NULL${visible}
    ORDER BY array_position($1::int[], s.id)`;
};
const texts = new Map<string, string>();
function rowsTextOf(scoped: boolean, withMonths: boolean, month: number | undefined): string {
  const key = `${scoped} ${withMonths} ${month}`;
  const text = texts.get(key) ?? rowsText(scoped, withMonths, month);
  texts.set(key, text);
  return text;
}

const statementOf = (ids: number[], years: Years, { scope, own }: Sight, withMonths: boolean) => {
  const scoped = scope !== 'all';
  return {
    name: 'services.rows',
    text: rowsTextOf(scoped, withMonths, years.month),
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
export const findRows = (ids: number[], years: Years, own: Scope, source?: Source): Promise<TrackerRow[]> =>
  readRows(statementOf(ids, years, { scope: own, own }, true), trackerRow, source);

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
