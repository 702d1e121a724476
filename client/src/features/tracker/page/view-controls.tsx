import NativeSelect from '@mui/material/NativeSelect';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import type { GridDensity } from '@mui/x-data-grid';
import type { Beside } from '../../../domain/sheet/keys/use-beside.ts';
import { ColumnChooser } from './column-chooser.tsx';
import type { useTrackerView, View } from './use-tracker-view.ts';

type Props = ReturnType<typeof useTrackerView> & { fy: string | undefined; beside: Beside };

export function ViewControls({ view, setView, density, setDensity, fy, beside, ...columns }: Props) {
  return (
    <>
      <ToggleButtonGroup
        exclusive
        value={view}
        aria-label="Columns of the grid"
        onChange={(_, next: View | null) => next && setView(next)}
      >
        <ToggleButton value="contract">Contract</ToggleButton>
        <ToggleButton value="months">Months</ToggleButton>
      </ToggleButtonGroup>
      {view === 'contract' && <ColumnChooser {...columns} fy={fy} />}
      <ToggleButton
        value="beside"
        selected={beside.id !== undefined}
        onChange={beside.toggle}
        title="Shows the service of the row beside the list (Space)"
      >
        Side panel
      </ToggleButton>
      <NativeSelect
        disableUnderline
        value={density}
        onChange={({ target }) => setDensity(target.value as GridDensity)}
        inputProps={{ 'aria-label': 'Height of the rows' }}
        sx={{ fontSize: 13, display: { xs: 'none', sm: 'inline-flex' } }}
      >
        <option value="compact">Compact rows</option>
        <option value="standard">Normal rows</option>
        <option value="comfortable">Tall rows</option>
      </NativeSelect>
    </>
  );
}
