import Button from '@mui/material/Button';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useId, useState } from 'react';
import { DialogShell } from '../../components/dialog-shell.tsx';
import { useLastEditors, type Subject } from '../changes/last-editor.queries.ts';

/** What two people have changed, in words. */
export type Difference = { key: string; what: string; mine: string; theirs: string };
/** The keys of what the slower person insists on; null gives all of it up. */
export type Choice = ReadonlySet<string> | null;

type Props = {
  differences: readonly Difference[];
  /** The services in question, if any. Their histories name who was faster. */
  serviceIds?: readonly number[];
  /** Or what else it is, whose last change the audit log knows. */
  subject?: Subject | undefined;
  /** What the two choices are called. */
  ways?: { theirs: string; mine: string };
  onChoose: (mine: Choice) => void;
};
const usualWays = { theirs: 'Take theirs', mine: 'Keep mine' };

/** Another person saved first. Shows both values of each difference, and the slower person picks. */
export function ConflictDialog({ differences, serviceIds = [], subject, ways = usualWays, onChoose }: Props) {
  const [mine, setMine] = useState<ReadonlySet<string>>(new Set());
  const who = useLastEditors(serviceIds, subject);
  const id = useId();
  const pick = (key: string, isMine: boolean) =>
    setMine((old) => new Set([...old].filter((other) => other !== key).concat(isMine ? [key] : [])));

  return (
    <DialogShell
      title={`${who} changed this meanwhile`}
      maxWidth="sm"
      isChanged
      onClose={() => onChoose(null)}
      actions={
        <>
          <Button onClick={() => onChoose(null)}>Give up my change</Button>
          <Button variant="contained" onClick={() => onChoose(mine)}>
            Continue
          </Button>
        </>
      }
    >
      <Stack spacing={4}>
        <Typography>Your change is not saved yet. Choose what should stand.</Typography>
        {differences.map(({ key, what, ...values }, index) => (
          <FormControl key={key}>
            <FormLabel id={`${id}-${index}`}>{what}</FormLabel>
            <RadioGroup
              aria-labelledby={`${id}-${index}`}
              value={mine.has(key) ? 'mine' : 'theirs'}
              onChange={(_, whose) => pick(key, whose === 'mine')}
            >
              {(['theirs', 'mine'] as const).map((whose) => (
                <FormControlLabel
                  key={whose}
                  value={whose}
                  control={<Radio />}
                  label={`${ways[whose]}: ${values[whose] || 'empty'}`}
                />
              ))}
            </RadioGroup>
          </FormControl>
        ))}
        {differences.length > 1 && (
          <Stack direction="row" spacing={2}>
            <Button onClick={() => setMine(new Set(differences.map(({ key }) => key)))}>{`${ways.mine}: all`}</Button>
            <Button onClick={() => setMine(new Set())}>{`${ways.theirs}: all`}</Button>
          </Stack>
        )}
      </Stack>
    </DialogShell>
  );
}
