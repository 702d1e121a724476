import type { GridDensity } from '@mui/x-data-grid';
import { useMemo } from 'react';
import { columnsUnder, useHorizon } from '../../../domain/horizon.ts';
import { stored } from '../../../lib/stored.ts';
import { paramsOf, type OwnNames } from '../../../lib/search-state.ts';
import { useAddress } from '../../../lib/use-search-state.ts';
import { fieldNamed, fields, usualFields } from '../../../domain/sheet/columns/fields.ts';
import { isPeek } from './use-peek.ts';

/** What it reads from the address; `mark` is the figure that one came for. */
export const viewNames: OwnNames = {
  view: (value) => value === 'months' || value === 'contract',
  cols: (value) => value.split(',').every((name) => fieldNamed(name)),
  mark: (value) => fieldNamed(value) !== undefined,
  peek: isPeek,
};

export type View = 'contract' | 'months';

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && fieldNamed(name));
const isDensity = (value: unknown): value is GridDensity =>
  value === 'compact' || value === 'standard' || value === 'comfortable';

/** As they are to date; other horizons exchange what they compare. */
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
  const mark = fieldNamed(params.get('mark') ?? '')?.field;
  const horizon = useHorizon();
  const usual = useMemo(() => columnsUnder(usualFields, undefined, horizon), [horizon]);
  const shown = useMemo(() => columnsIn(asked) ?? columnsUnder(own, undefined, horizon), [asked, own, horizon]);
  const setShown = (next: readonly string[]) => {
    ownColumns.set(columnsUnder(next, horizon, undefined));
    const cols = next.join() === usual.join() ? null : next.join();
    change({ cols, ...(mark && !next.includes(mark) && { mark: null }) }, { replace: true });
  };

  return {
    view,
    horizon,
    mark,
    usual,
    shown,
    density,
    setView: (next: View) => change({ view: next === 'months' ? next : null }),
    setShown,
    /** Starts from the address itself: the column that was chosen just before may not be on screen yet. */
    toggleColumn: (name: string, isOn: boolean) => {
      const before =
        columnsIn(paramsOf(window.location.search).get('cols')) ?? columnsUnder(ownColumns.get(), undefined, horizon);
      // Columns keep the order of the workbook, whatever order they are chosen in.
      setShown(fields.map(({ field }) => field).filter((one) => (one === name ? isOn : before.includes(one))));
    },
    setDensity: ownDensity.set,
  };
}
