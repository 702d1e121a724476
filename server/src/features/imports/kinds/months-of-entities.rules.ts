import { asMonthOfEntity, monthOfEntity } from '@opex/contracts/import-kinds';
import { type Context, monthTitle, periodOf } from '../columns.rules.ts';
import type { Meaning } from '../headers.rules.ts';

/** Columns of one month and one entity, as several kinds have them. */

/** "04" is April or the fourth month of the year, as was said. */
export const numbered = (digits: number, { year, months }: Pick<Context, 'year' | 'months'>) =>
  months === 'fiscal' ? digits : months === 'calendar' ? periodOf({ month: digits }, year) : undefined;

export const entityIn = (meaning: Meaning) => (meaning.is === 'month of an entity' ? meaning.entity : undefined);

export function monthFieldOf(meaning: Meaning, context: Context): string | undefined {
  if (meaning.is !== 'month of an entity') return undefined;
  const month = 'digits' in meaning ? numbered(meaning.digits, context) : periodOf(meaning, context.year);
  const entityId = context.entities.idOf(meaning.entity);
  return month === undefined || entityId === undefined ? undefined : monthOfEntity(month, entityId);
}

export function monthFieldTitle(field: string, { year, entities }: Pick<Context, 'year' | 'entities'>) {
  const cell = asMonthOfEntity(field);
  return cell && `${monthTitle(cell.month, year)}, ${entities.nameOf(cell.entityId) ?? `entity ${cell.entityId}`}`;
}
