import type { AllocationKey } from '@opex/contracts/allocation-keys';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import NativeSelect from '@mui/material/NativeSelect';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { LockIcon } from '../../components/icons.tsx';
import { useYears } from '../../domain/calendar.queries.ts';
import { firstOpenMonth, monthsBetween, stretchWords } from '../../domain/closed-months.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { shownMonth } from '../../lib/day.ts';
import { useEntities } from '../../domain/masters.queries.ts';
import { counted } from '../../domain/words/counted.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useAddress, useSharedSearch } from '../../lib/use-search-state.ts';
import { KeyVersionDialog, keyVersionPlace, type KeyVersionTask } from './key-version-dialog.tsx';

type Version = AllocationKey['versions'][number];
type Props = { allocationKey: AllocationKey; mayEdit: boolean };

export function KeyDetail({ allocationKey, mayEdit }: Props) {
  const [params, change] = useAddress();
  const { task, open, close } = useDialog<KeyVersionTask>(keyVersionPlace(allocationKey));
  const years = useYears();
  const { id, name, driverType, usedBy, versions } = allocationKey;
  const services = useSharedSearch({ key: id });
  const version = versions.find(({ validFrom }) => validFrom === params.get('from')) ?? versions[0];
  const months = version ? monthsOf(version, versions, years) : [];
  const closed = months.filter(({ state }) => state === 'CLOSED');
  return (
    <Stack component="section" spacing={3} aria-label={name}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, alignItems: 'center' }}>
        <Typography variant="h2">{name}</Typography>
        <Link component={RouterLink} to={{ pathname: '/tracker', search: services }} sx={{ paddingBlock: 0.5 }}>
          Used by {counted(usedBy, 'service')}
        </Link>
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
                {monthsOf(versions[index] as Version, versions, years).some(({ state }) => state === 'CLOSED') &&
                  ', closed'}
              </option>
            ))}
          </NativeSelect>
        )}
        {mayEdit && (
          <Button variant="outlined" onClick={() => open({ verb: 'add', seen: allocationKey })}>
            New values from a month on
          </Button>
        )}
        {mayEdit && version && closed.length === 0 && (
          <>
            <Button onClick={() => open({ verb: 'correct', seen: allocationKey, version })}>Correct</Button>
            {versions.length > 1 && (
              <Button onClick={() => open({ verb: 'remove', seen: allocationKey, version })}>Remove</Button>
            )}
          </>
        )}
      </Box>
      {closed.length > 0 && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, color: 'text.secondary' }}>
          <LockIcon aria-hidden sx={{ fontSize: 16 }} />
          <Typography>
            {stretchWords(closed)} {closed.length === 1 ? 'is' : 'are'} closed and shared by these values, so they stay
            as they are. New values can begin from {shownMonth(firstOpenMonth(years))} on.
          </Typography>
        </Box>
      )}
      {version && <Drivers version={version} driverType={driverType} />}
      {task && <KeyVersionDialog task={task} firstOpen={firstOpenMonth(years)} onClose={close} />}
    </Stack>
  );
}

/** Those the version is in force for: until the next one begins. */
function monthsOf({ validFrom }: Version, versions: readonly Version[], years: readonly FiscalYear[]) {
  const next = versions.filter((other) => other.validFrom > validFrom).at(-1);
  return monthsBetween(years, validFrom, next?.validFrom);
}

/** Every entity is there, also those the key gives nothing. */
function Drivers({ version, driverType }: { version: Version; driverType: string }) {
  const entities = useEntities();
  const given = new Map(version.drivers.map((driver) => [driver.entityId, driver]));
  const others = entities
    .filter(({ id, retired }) => !given.has(id) && !retired)
    .map(({ id, name }) => ({ entityId: id, entity: name, value: '-', percent: '' }));
  const rows = [...version.drivers, ...others].sort((one, other) => one.entity.localeCompare(other.entity));
  // A person who sees only some entities is not told the whole.
  const { total } = version;
  const format = useFormat();
  const aligned = format.aligned([...version.drivers.map(({ value }) => value), total ?? '0']);
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
          cell: ({ value }) => aligned(value),
          ...(total !== null && { total: aligned(total) }),
        },
        ...(total === null
          ? []
          : [
              {
                label: 'Share',
                isNumber: true,
                cell: ({ percent }: { percent: string | null }) => format.share(percent),
                total: /[1-9]/.test(total) ? '100.00 %' : 'Nothing is shared',
              },
            ]),
      ]}
    />
  );
}
