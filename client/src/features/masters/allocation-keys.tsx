import type { AllocationKey } from '@opex/contracts/allocation-keys';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import List from '@mui/material/List';
import ListItemButton from '@mui/material/ListItemButton';
import ListItemText from '@mui/material/ListItemText';
import Stack from '@mui/material/Stack';
import { useQuery } from '@tanstack/react-query';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { useYears } from '../../domain/calendar.queries.ts';
import { firstOpenMonth } from '../../domain/closed-months.ts';
import { useMay } from '../../lib/session.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { KeyDetail } from './key-detail.tsx';
import { KeyDialog, newKeyPlace } from './key-dialog.tsx';
import { allocationKeys } from '../../domain/allocation-keys.queries.ts';
import { counted } from '../../domain/words/counted.ts';

export function AllocationKeys() {
  const may = useMay();
  const mayEdit = may('keys.edit');
  const { data, error, refetch } = useQuery(allocationKeys);
  const [params, change] = useAddress();
  const { task: isAdding, open, close } = useDialog<true>(newKeyPlace);
  const years = useYears();

  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton />;
  const shown = data.data.find(({ id }) => String(id) === params.get('key')) ?? data.data[0];
  const add = mayEdit && (
    <Button variant="contained" onClick={() => open(true)}>
      Add key
    </Button>
  );
  return (
    <Stack spacing={3}>
      {data.data.length > 0 && <Box>{add}</Box>}
      {shown ? (
        <Box
          sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: '240px minmax(0, 1fr)' }, gap: 6 }}
        >
          <KeyList keys={data.data} shown={shown} onChoose={(id) => change({ key: id, from: null })} />
          <KeyDetail key={shown.id} allocationKey={shown} mayEdit={mayEdit} />
        </Box>
      ) : (
        <EmptyState
          title="No allocation keys yet"
          hint="A key says how the cost of a shared service is handed out."
          action={add}
        />
      )}
      {isAdding && <KeyDialog firstOpen={firstOpenMonth(years)} onClose={close} />}
    </Stack>
  );
}

type ListProps = { keys: AllocationKey[]; shown: AllocationKey; onChoose: (id: number) => void };

function KeyList({ keys, shown, onChoose }: ListProps) {
  return (
    <List component="nav" aria-label="Allocation keys" dense disablePadding>
      {keys.map((key) => (
        <ListItemButton
          key={key.id}
          selected={key.id === shown.id}
          aria-current={key.id === shown.id}
          onClick={() => onChoose(key.id)}
        >
          <ListItemText primary={key.name} secondary={`${key.driverType}, used by ${counted(key.usedBy, 'service')}`} />
        </ListItemButton>
      ))}
    </List>
  );
}
