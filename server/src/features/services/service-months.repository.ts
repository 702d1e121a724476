import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { isOf, isSeenIn, moneyList } from '../../database/fragments.ts';
import { monthNumbers } from '../../database/months.ts';
import { readRows } from '../../database/read.ts';

const monthsOf = (columnOf: (month: string) => string) => moneyList(monthNumbers.map(columnOf));

const twelve = z.array(z.string().nullable()).length(12).nullable();
const monthsOfService = z.object({
  version: z.int(),
  editable: z.boolean(),
  budget: twelve,
  actual: twelve,
  previousActual: twelve,
});
export type MonthsOfService = z.infer<typeof monthsOfService>;

/** Whole months come from the plan and the actuals, where an empty month is not zero. */
const spent = (year: string) =>
  `(SELECT ${monthsOf((month) => `sum(m${month})`)} FROM actuals WHERE service_id = s.id AND fiscal_year_id = ${year})`;
const whole = `
  SELECT s.version, true AS editable,
    (SELECT ${monthsOf((month) => `m${month}`)} FROM plan_lines WHERE plan_version_id = $2 AND service_id = s.id) AS budget,
    ${spent('$3')} AS actual, ${spent('$4')} AS "previousActual"
  FROM services s WHERE s.id = $1`;

/** Shares come from the net figures; without one there is nothing to see. */
const share = (year: string, letter: 'a' | 'b') =>
  `(SELECT ${monthsOf((month) => `sum(${letter}${month})`)} FROM service_entity_years
    WHERE service_id = s.id AND fiscal_year_id = ${year} AND ${isOf('entity_id', '$4::int[]')})`;
const shares = `
  SELECT s.version, coalesce(s.service_type = 'Dedicated' AND ${isOf('s.entity_id', '$4::int[]')}, false) AS editable,
    ${share('$2', 'b')} AS budget, ${share('$2', 'a')} AS actual, ${share('$3', 'a')} AS "previousActual"
  FROM services s WHERE s.id = $1 AND ${isSeenIn('s', '$2', '$4::int[]')}`;

type Years = { year: number; previous: number; planVersionId: number };

/** Undefined: there is no such service, or the reader has no share in it. */
export async function findMonths(
  serviceId: number,
  { year, previous, planVersionId }: Years,
  scope: Scope,
): Promise<MonthsOfService | undefined> {
  const statement =
    scope === 'all'
      ? { name: 'services.months', text: whole, values: [serviceId, planVersionId, year, previous] }
      : { name: 'services.share_months', text: shares, values: [serviceId, year, previous, scope] };
  const [found] = await readRows(statement, monthsOfService);
  return found;
}
