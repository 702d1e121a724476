import type { BudgetRow } from '@opex/contracts/budgets';
import { entryOf } from './fields.ts';

/** Null when a cell may be edited, else why not. With an entity chosen, a shared service shows only that entity's share. */
export const editRefusal = (entityId: number | null) => (row: BudgetRow, field: string) => {
  const entry = entryOf(field);
  if (!entry) return 'This column cannot be edited';
  if (!row.editable) return 'This row can only be read';
  const isShare = entityId !== null && row.entityId !== entityId;
  if (isShare && entry.as === 'amount') return 'This is a share: choose all entities to change the whole';
  return null;
};
