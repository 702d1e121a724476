import type { GridDensity } from '@mui/x-data-grid';
import { useMemo } from 'react';
import { stored } from '../../lib/stored.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { fieldNamed, usualFields } from './fields.ts';

export type View = 'contract' | 'months';

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && fieldNamed(name));
const isDensity = (value: unknown): value is GridDensity =>
  value === 'compact' || value === 'standard' || value === 'comfortable';

const ownColumns = stored<readonly string[]>('opex-tracker-columns', usualFields, isNames);
const ownDensity = stored<GridDensity>('opex-density', 'standard', isDensity);

/** How the tracker is looked at: the address says it, and what was chosen last is kept for the next time. */
export function useTrackerView() {
  const [params, change] = useAddress();
  const own = ownColumns.use();
  const density = ownDensity.use();
  const view: View = params.get('view') === 'months' ? 'months' : 'contract';
  const asked = params.get('cols');
  const shown = useMemo(() => {
    const names = asked?.split(',').filter((name) => fieldNamed(name)) ?? [];
    return names.length > 0 ? names : own;
  }, [asked, own]);

  return {
    view,
    shown,
    density,
    setView: (next: View) => change({ view: next === 'months' ? next : null }),
    setShown: (next: readonly string[]) => {
      ownColumns.set(next);
      change({ cols: next.join() === usualFields.join() ? null : next.join() }, { replace: true });
    },
    setDensity: ownDensity.set,
  };
}
