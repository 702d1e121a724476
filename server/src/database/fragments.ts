import type { Scope } from '../lib/caller.ts';

/** SQL that several statements share. What a scope sees is said here and nowhere else: a forgotten copy would be a leak. */

/** A scope as the value of a parameter; null sees everything. */
export const scopeValue = (scope: Scope): number[] | null => (scope === 'all' ? null : [...scope]);

/** Holds for readers who see everything, and else if the condition on their entities does. */
const unlessAll = (parameter: string, condition: (entities: string) => string) =>
  `(${parameter}::int[] IS NULL OR ${condition(`${parameter}::int[]`)})`;

/**
 * Records by their ids. The planner does not see how many there are: else PostgreSQL would make a plan for every call, which
 * takes longer than to run it, instead of keeping one.
 */
export const isAmong = (column: string, parameter: string) => `${column} = ANY ((SELECT ${parameter}::int[])::int[])`;

/** Rows of one entity. */
export const isOf = (column: string, entities: string) => `${column} = ANY (${entities})`;
export const inScope = (column: string, parameter: string) =>
  unlessAll(parameter, (entities) => isOf(column, entities));

/** Something whose cost falls on them in part: by `service_id`, or by what else the shares are kept. */
export const hasShare = (id: string, entities: string, more = '', by = 'service_id') =>
  `EXISTS (SELECT FROM service_entity_years share WHERE share.${by} = ${id}${more} AND ${isOf('share.entity_id', entities)})`;
export const shareInScope = (id: string, parameter: string, more = '', by?: string) =>
  unlessAll(parameter, (entities) => hasShare(id, entities, more, by));

/** A service that they own or have a share in. */
export const isSeen = (service: string, entities: string) =>
  `(${isOf(`${service}.entity_id`, entities)} OR ${hasShare(`${service}.id`, entities)})`;
export const seenInScope = (service: string, parameter: string) =>
  unlessAll(parameter, (entities) => isSeen(service, entities));

/** As text: a driver may make a number of it. */
export const money = (expression: string) => `(${expression})::numeric(22, 2)::text`;

/** Several amounts, such as the months of a year. */
export const moneyList = (expressions: readonly string[]) => `ARRAY[${expressions.map(money).join(', ')}]`;
