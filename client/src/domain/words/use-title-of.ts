import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { useEntities } from '../masters.queries.ts';
import { labelOf } from './field-words.ts';

/** Under this name the audit log keeps the value that an allocation key has for an entity. */
export const valueFieldOf = (entityId: number) => `entity.${entityId}`;

/** What fields are called; values of an allocation key by the names of their entities. */
export function useTitleOf(year?: FiscalYear): (field: string) => string {
  const ofValues = new Map(useEntities().map(({ id, name }) => [valueFieldOf(id), `Value of ${name}`]));
  return (field) => ofValues.get(field) ?? labelOf(field, year);
}
