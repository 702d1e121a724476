import type { TrackerRow } from '@opex/contracts/tracker';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { hasOpenMonth, refusalOf } from '../../closed-months.ts';
import { entryOf, holdsAmount, periodOf } from '../columns/fields.ts';

type About = {
  /** With an entity chosen, a shared service shows only that entity's share. */
  entityId: number | null;
  year: FiscalYear | undefined;
  mayEditSoft: boolean;
};

/** Null when a cell may be edited, else why not. */
export const editRefusal =
  ({ entityId, year, mayEditSoft }: About) =>
  (row: TrackerRow, field: string) => {
    const entry = entryOf(field);
    if (!entry)
      return holdsAmount(field) ? 'This figure is computed, and cannot be typed' : 'This column cannot be edited here';
    if (!row.editable)
      return entityId === null ? 'This is a share: who sees the whole service can change it' : chooseAll;
    if (row.status === 'Retired') return 'Retired: reinstate the service to change it';
    const isShare = entityId !== null && row.entityId !== entityId;
    if (isShare && entry.as === 'amount') return chooseAll;
    const periods = year?.periods ?? [];
    if (field === 'budget' && !hasOpenMonth(periods)) return `No month of ${year?.label} is open, so its budget stays`;
    const period = periodOf(field);
    return period ? refusalOf(periods[period - 1], mayEditSoft) : null;
  };

const chooseAll = 'This is a share: choose all entities to change the whole';
