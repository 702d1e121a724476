import type { NameChoice, UnknownName } from '@opex/contracts/import-findings';
import { describeMaster } from '@opex/contracts/masters';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import NativeSelect from '@mui/material/NativeSelect';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { masterChoices } from '../../domain/masters.queries.ts';
import { counted } from '../../domain/words/counted.ts';
import { useMay } from '../../lib/session.ts';
import { type Chosen, chosenName } from './imports.words.ts';

type Choices = NonNullable<Chosen['names']>;
type Props = {
  names: UnknownName[];
  chosen: Choices | undefined;
  isFixed: boolean;
  onChoose: (names: Choices) => void;
};

/** Names that the file uses and nobody knows here: each is one that there is, a new one, or a mistake. */
export function UnknownNames({ names, chosen = [], isFixed, onChoose }: Props) {
  const mayCreate = useMay()('masters.edit');
  const isOpen = (one: UnknownName) => (chosenName({ names: chosen }, one) ?? one.chosen) === null;
  const fresh = names.filter((one) => one.like.length === 0 && isOpen(one));
  const withChoice = (some: readonly UnknownName[], is: NameChoice): Choices => [
    ...chosen.filter((one) => !some.some(({ kind, name }) => kind === one.kind && name === one.name)),
    ...some.map(({ kind, name }) => ({ kind, name, is })),
  ];
  return (
    <Stack spacing={1} sx={{ alignItems: 'flex-start' }}>
      <Typography variant="h3">Names that are not known here</Typography>
      <PlainTable
        label="Names that are not known here"
        rows={names}
        keyOf={({ kind, name }) => `${kind} ${name}`}
        columns={[
          { label: 'Name in the file', isText: true, cell: ({ name }) => name },
          { label: 'Looks like', cell: ({ kind }) => describeMaster[kind].one },
          { label: 'Used', isMinor: true, cell: ({ uses }) => counted(uses, 'time') },
          {
            label: 'What it is',
            cell: (one) => (
              <NameSelect
                one={one}
                value={chosenName({ names: chosen }, one) ?? one.chosen}
                isFixed={isFixed}
                mayCreate={mayCreate}
                onChoose={(is) => onChoose(withChoice([one], is))}
              />
            ),
          },
        ]}
      />
      {!isFixed && mayCreate && fresh.length > 1 && (
        <Box>
          <Button onClick={() => onChoose(withChoice(fresh, 'create'))}>
            Create the {fresh.length} that are like none
          </Button>
        </Box>
      )}
    </Stack>
  );
}

type SelectProps = {
  one: UnknownName;
  value: NameChoice | null;
  isFixed: boolean;
  mayCreate: boolean;
  onChoose: (is: NameChoice) => void;
};

function NameSelect({ one: { kind, name, like }, value, isFixed, mayCreate, onChoose }: SelectProps) {
  const { data: masters = [] } = useQuery(masterChoices(kind));
  const others = masters.filter(({ id, retired }) => !retired && !like.some((one) => one.id === id));
  return (
    <NativeSelect
      value={value ?? ''}
      disabled={isFixed}
      disableUnderline={value !== null}
      error={value === null}
      inputProps={{ 'aria-label': `What ${name} is` }}
      onChange={({ target }) =>
        onChoose(/^\d+$/.test(target.value) ? Number(target.value) : (target.value as NameChoice))
      }
      sx={{ fontSize: 13, minWidth: 240 }}
    >
      {value === null && <option value="">Choose what it is</option>}
      {like.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}, written nearly alike
        </option>
      ))}
      {mayCreate && <option value="create">A new {describeMaster[kind].one}: create it</option>}
      <option value="reject">A mistake: reject its rows</option>
      {others.map((one) => (
        <option key={one.id} value={one.id}>
          {one.name}
        </option>
      ))}
    </NativeSelect>
  );
}
