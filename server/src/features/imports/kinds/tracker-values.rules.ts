import { type Field, fields } from './tracker-fields.rules.ts';

/** How values of a row of a tracker are called where they are kept. */
export const valueOf = {
  /** `1` where there is such a service. */
  exists: 'new',
  remark: 'remark',
  field: (stored: string) => `f:${stored}`,
  budget: (month: number) => `b:${month}`,
  actual: (entityId: number, month: number) => `a:${entityId}:${month}`,
} as const;

const byStored = new Map(fields.map((field) => [field.stored, field]));
export const fieldOf = (key: string): Field | undefined =>
  key.startsWith('f:') ? byStored.get(key.slice(2)) : undefined;
export const budgetOf = (key: string) => (key.startsWith('b:') ? Number(key.slice(2)) : undefined);
export function actualOf(key: string): { entityId: number; month: number } | undefined {
  const [, entityId, month] = /^a:(-?\d+):(\d+)$/.exec(key) ?? [];
  return entityId && month ? { entityId: Number(entityId), month: Number(month) } : undefined;
}
