import type { AllocationKey } from '@opex/contracts/allocation-keys';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import NativeSelect from '@mui/material/NativeSelect';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { PlainTable } from '../../components/plain-table.tsx';
import { formatDate } from '../../lib/format.ts';
import { useEntities } from '../../lib/masters.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { KeyDialog, keyPlace } from './key-dialog.tsx';

type Version = AllocationKey['versions'][number];
type Props = { allocationKey: AllocationKey; mayEdit: boolean };

export function KeyDetail({ allocationKey, mayEdit }: Props) {
  const [params, change] = useAddress();
  const { task: isAdding, open, close } = useDialog<true>(keyPlace(allocationKey));
  const { name, driverType, versions } = allocationKey;
  const version = versions.find(({ validFrom }) => validFrom === params.get('from')) ?? versions[0];
  return (
    <Stack component="section" spacing={3} aria-label={name}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, alignItems: 'center' }}>
        <Typography variant="h2">{name}</Typography>
        {version && (
          <NativeSelect
            value={version.validFrom}
            onChange={({ target }) => change({ from: target.value })}
            inputProps={{ 'aria-label': 'Version' }}
          >
            {versions.map(({ id, validFrom }, index) => (
              <option key={id} value={validFrom}>
                From {formatDate(validFrom)}
                {index === 0 ? ', newest' : ''}
              </option>
            ))}
          </NativeSelect>
        )}
        {mayEdit && (
          <Button variant="outlined" onClick={() => open(true)}>
            New values from a month on
          </Button>
        )}
      </Box>
      {version && <Drivers version={version} driverType={driverType} />}
      {isAdding && <KeyDialog allocationKey={allocationKey} onClose={close} />}
    </Stack>
  );
}

/** Every entity is there, also those the key gives nothing. */
function Drivers({ version, driverType }: { version: Version; driverType: string }) {
  const entities = useEntities();
  const given = new Map(version.drivers.map((driver) => [driver.entityId, driver]));
  const others = entities
    .filter(({ id, retired }) => !given.has(id) && !retired)
    .map(({ id, name }) => ({ entityId: id, entity: name, value: '-', percent: '' }));
  const rows = [...version.drivers, ...others].sort((one, other) => one.entity.localeCompare(other.entity));
  // Who sees some of the entities only is not told the whole.
  const { total } = version;
  return (
    <PlainTable<(typeof rows)[number]>
      label="Drivers by entity"
      rows={rows}
      keyOf={({ entityId }) => entityId}
      columns={[
        { label: 'Entity', cell: ({ entity }) => entity, ...(total !== null && { total: 'All entities' }) },
        {
          label: driverType,
          isNumber: true,
          cell: ({ value }) => trimmed(value),
          ...(total !== null && { total: trimmed(total) }),
        },
        ...(total === null
          ? []
          : [
              {
                label: 'Share',
                isNumber: true,
                cell: ({ percent }: { percent: string | null }) => percent && `${percent} %`,
                total: /[1-9]/.test(total) ? '100 %' : 'Nothing is shared',
              },
            ]),
      ]}
    />
  );
}

/** "120.00000000" -> "120" */
const trimmed = (value: string) => (value.includes('.') ? value.replace(/\.?0+$/, '') : value);
