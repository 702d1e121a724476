import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import FormControl from '@mui/material/FormControl';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { DialogShell } from '../../../components/dialog-shell.tsx';
import { useLastEditors } from '../../../domain/changes/last-editor.queries.ts';
import { useFormat } from '../../../domain/amounts/use-format.ts';
import type { OpenConflict } from './edit-session.ts';
import { entryOf } from '../columns/fields.ts';
import { textOf, type Conflict, type Value } from './row-edits.ts';
import { useFieldNames } from '../columns/use-field-names.ts';

/** Both values side by side; the person picks, field by field. */
export function ConflictDialog({ conflict: { conflicts, choose } }: { conflict: OpenConflict }) {
  const [mine, setMine] = useState<ReadonlySet<Conflict>>(new Set());
  const who = useLastEditors(conflicts.map(({ row }) => row.id));
  const pick = (conflict: Conflict, isMine: boolean) =>
    setMine((old) => new Set([...old].filter((other) => other !== conflict).concat(isMine ? [conflict] : [])));

  return (
    <DialogShell
      title={`${who} changed this meanwhile`}
      maxWidth="sm"
      isChanged
      onClose={() => choose(null)}
      actions={
        <>
          <Button onClick={() => choose(null)}>Give up my change</Button>
          <Button variant="contained" onClick={() => choose(mine)}>
            Continue
          </Button>
        </>
      }
    >
      <Stack spacing={4}>
        <Typography>Your change is not saved yet. Choose what should stand.</Typography>
        {conflicts.map((conflict) => (
          <ConflictChoice
            key={`${conflict.row.id} ${conflict.field}`}
            conflict={conflict}
            isMine={mine.has(conflict)}
            onPick={(isMine) => pick(conflict, isMine)}
          />
        ))}
        {conflicts.length > 1 && (
          <Stack direction="row" spacing={2}>
            <Button onClick={() => setMine(new Set(conflicts))}>Keep all of mine</Button>
            <Button onClick={() => setMine(new Set())}>Take all of theirs</Button>
          </Stack>
        )}
      </Stack>
    </DialogShell>
  );
}

type ChoiceProps = { conflict: Conflict; isMine: boolean; onPick: (isMine: boolean) => void };

function ConflictChoice({ conflict: { row, field, mine, theirs }, isMine, onPick }: ChoiceProps) {
  const format = useFormat();
  const nameOf = useFieldNames();
  const words = (value: Value) => {
    const text = textOf(value);
    const entry = entryOf(field);
    if (text === '') return 'empty';
    return entry?.as === 'amount' ? format.exact(text) : entry?.as === 'date' ? format.date(text) : text;
  };
  return (
    <FormControl>
      <FormLabel>
        {row.uid} {row.service}, {nameOf(field)}
      </FormLabel>
      <RadioGroup value={isMine ? 'mine' : 'theirs'} onChange={(_, value) => onPick(value === 'mine')}>
        <FormControlLabel value="theirs" control={<Radio />} label={`Take theirs: ${words(theirs)}`} />
        <FormControlLabel value="mine" control={<Radio />} label={`Keep mine: ${words(mine)}`} />
      </RadioGroup>
    </FormControl>
  );
}
