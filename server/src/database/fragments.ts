import type { Scope } from '../lib/caller.ts';
import { monthColumns } from './months.ts';

/** SQL that several statements share. What a scope sees is said here and nowhere else: a forgotten copy would be a leak. */

/** A scope as the value of a parameter; null sees everything. */
export const scopeValue = (scope: Scope): number[] | null => (scope === 'all' ? null : [...scope]);

/** Holds for readers who see everything, and else if the condition on their entities does. */
const unlessAll = (parameter: string, condition: (entities: string) => string) =>
  `(${parameter}::int[] IS NULL OR ${condition(`${parameter}::int[]`)})`;

/**
 * A list whose value the planner does not see: else PostgreSQL would make a plan for every call, which takes longer than to
 * run it, instead of keeping one. For what is asked often and of few records; of a long list a plan that knows the value is better.
 */
export const unseen = (parameter: string) => `(SELECT ${parameter}::int[])::int[]`;

/** Records by their ids. */
export const isAmong = (column: string, parameter: string) => `${column} = ANY (${unseen(parameter)})`;

/** Rows of one entity. */
export const isOf = (column: string, entities: string) => `${column} = ANY (${entities})`;
export const inScope = (column: string, parameter: string) =>
  unlessAll(parameter, (entities) => isOf(column, entities));

/** Something whose cost falls on them in part: by `service_id`, or by what else the shares are kept. */
export const hasShare = (id: string, entities: string, more = '', by = 'service_id') =>
  `EXISTS (SELECT FROM service_entity_years share WHERE share.${by} = ${id}${more} AND ${isOf('share.entity_id', entities)})`;
export const shareInScope = (id: string, parameter: string, more = '', by?: string) =>
  unlessAll(parameter, (entities) => hasShare(id, entities, more, by));

/** What holds today or will: nothing that began later, and not after today, has taken its place. */
const isNotOver = (table: string, alias: string, by: string) =>
  `NOT EXISTS (SELECT FROM ${table} newer WHERE newer.${by} = ${alias}.${by} AND newer.valid_from > ${alias}.valid_from
    AND newer.valid_from <= current_date)`;

/**
 * A service that is theirs, today or from a day to come: they own it, or a key gives them a share. Its words are as they are
 * now, so only these readers may have them.
 */
export const isSeen = (service: string, entities: string) =>
  `EXISTS (SELECT FROM service_assignments assigned WHERE assigned.service_id = ${service}.id
    AND ${isNotOver('service_assignments', 'assigned', 'service_id')}
    AND CASE assigned.service_type WHEN 'Dedicated' THEN ${isOf('assigned.entity_id', entities)} ELSE EXISTS (
      SELECT FROM allocation_key_versions version JOIN allocation_drivers driver ON driver.allocation_key_version_id = version.id
      WHERE version.allocation_key_id IN (assigned.budget_key_id, assigned.actual_key_id)
        AND ${isNotOver('allocation_key_versions', 'version', 'allocation_key_id')} AND driver.value > 0 AND ${isOf('driver.entity_id', entities)}) END)`;
export const seenInScope = (service: string, parameter: string) =>
  unlessAll(parameter, (entities) => isSeen(service, entities));

/** Shares in which there is something to see. */
export const isNotNothing = (shares: string) =>
  `(${shares}.budget <> 0 OR ${shares}.actual <> 0 OR ${shares}.committed <> 0)`;

/** A service that is theirs, or cost them something in that year: the figures of a year stay, whosever the service is afterwards. */
export const isSeenIn = (service: string, year: string, entities: string) =>
  `(${isSeen(service, entities)} OR ${hasShare(`${service}.id`, entities, ` AND share.fiscal_year_id = ${year} AND ${isNotNothing('share')}`)})`;
export const seenInYear = (service: string, year: string, parameter: string) =>
  unlessAll(parameter, (entities) => isSeenIn(service, year, entities));

/** As text: a driver may make a number of it. */
export const money = (expression: string) => `(${expression})::numeric(22, 2)::text`;

/** Several amounts, such as the months of a year. */
export const moneyList = (expressions: readonly string[]) => `ARRAY[${expressions.map(money).join(', ')}]`;

/** What the months of net figures add up to: `b` the budget, `a` the actual. */
export const sumsOfMonths = (prefix: 'a' | 'b') =>
  moneyList(monthColumns(prefix).map((month) => `coalesce(sum(${month}), 0)`));
