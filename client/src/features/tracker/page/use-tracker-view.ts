import type { GridDensity } from '@mui/x-data-grid';
import { useMemo } from 'react';
import { stored } from '../../../lib/stored.ts';
import { useAddress } from '../../../lib/use-search-state.ts';
import { fieldNamed, fields, usualFields } from '../columns/fields.ts';

/** What it reads from the address. */
export const viewNames = ['view', 'cols'];

export type View = 'contract' | 'months';

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && fieldNamed(name));
const isDensity = (value: unknown): value is GridDensity =>
  value === 'compact' || value === 'standard' || value === 'comfortable';

const ownColumns = stored<readonly string[]>('opex-tracker-columns', usualFields, isNames);
const ownDensity = stored<GridDensity>('opex-density', 'standard', isDensity);

function columnsIn(asked: string | null): string[] | undefined {
  const names = asked?.split(',').filter((name) => fieldNamed(name)) ?? [];
  return names.length > 0 ? names : undefined;
}

/** How the tracker is looked at: the address says it, and what was chosen last is kept for the next time. */
export function useTrackerView() {
  const [params, change] = useAddress();
  const own = ownColumns.use();
  const density = ownDensity.use();
  const view: View = params.get('view') === 'months' ? 'months' : 'contract';
  const asked = params.get('cols');
  const shown = useMemo(() => columnsIn(asked) ?? own, [asked, own]);
  const setShown = (next: readonly string[]) => {
    ownColumns.set(next);
    change({ cols: next.join() === usualFields.join() ? null : next.join() }, { replace: true });
  };

  return {
    view,
    shown,
    density,
    setView: (next: View) => change({ view: next === 'months' ? next : null }),
    setShown,
    /** Starts from the address itself: the column that was chosen just before may not be on screen yet. */
    toggleColumn: (name: string, isOn: boolean) => {
      const before = columnsIn(new URLSearchParams(window.location.search).get('cols')) ?? ownColumns.get();
      // Columns keep the order of the workbook, whatever order they are chosen in.
      setShown(fields.map(({ field }) => field).filter((one) => (one === name ? isOn : before.includes(one))));
    },
    setDensity: ownDensity.set,
  };
}
