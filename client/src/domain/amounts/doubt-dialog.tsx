import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import Box from '@mui/material/Box';
import { DialogShell } from '../../components/dialog-shell.tsx';
import { useBaseCurrency } from '../calendar.queries.ts';
import type { Doubt } from './doubtful-amount.ts';
import { unitWords, type Unit } from './format.ts';
import { useFormat, type Format } from './use-format.ts';

export type DoubtLine = { where: string; amount: string; doubt: Doubt };
type Props = {
  /** What is doubtful in the unit shown. */
  lines: readonly DoubtLine[];
  /** How many amounts it is about. */
  count: number;
  /** What one of them is called. */
  noun?: string;
  /** How one of them is shown. */
  inFull?: (amount: string | null) => string;
  /** They would fit in this unit. */
  likelier?: Unit | undefined;
  /** They are amounts in the unit shown as well. */
  isReadable?: boolean;
  onShown: () => void;
  onLikelier?: () => void;
  onCancel: () => void;
};

const mostShown = 6;

/** Asks before amounts are taken that are far off what is known. Nothing is saved until it is answered. */
export function DoubtDialog(props: Props) {
  const { lines, count, noun = 'amount', likelier, isReadable = true, onShown, onLikelier, onCancel } = props;
  const format = useFormat();
  const inFull = props.inFull ?? format.exact;
  const currency = useBaseCurrency();
  const isOne = count === 1;
  const shown = unitWords(format.unit, currency);
  const other = likelier && unitWords(likelier, currency);
  const accept = other ? `Read ${isOne ? 'it' : 'them'} as ${shown}` : `Use ${isOne ? 'it' : 'them'}`;
  const title = other
    ? `${isOne ? 'This looks' : 'These look'} like ${other} in a grid of ${shown}`
    : isOne
      ? `Is this ${noun} right?`
      : `Are these ${noun}s right?`;
  return (
    <DialogShell
      title={title}
      isQuestion
      maxWidth="sm"
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Cancel</Button>
          {isReadable && (
            <Button onClick={onShown} {...(!other && { autoFocus: true, variant: 'contained' })}>
              {accept}
            </Button>
          )}
          {other && (
            <Button onClick={onLikelier} autoFocus variant="contained">
              Read {isOne ? 'it' : 'them'} as {other}
            </Button>
          )}
        </>
      }
    >
      <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 2 }}>
        {lines.slice(0, mostShown).map(({ where, amount, doubt }) => (
          <li key={where}>
            <Typography color="textSecondary">{where}</Typography>
            <Typography>
              <strong>{inFull(amount)}</strong> {doubtWords(doubt, format, inFull)}
            </Typography>
          </li>
        ))}
      </Box>
      {lines.length > mostShown && (
        <Typography color="textSecondary" sx={{ paddingBlockStart: 2 }}>
          and {lines.length - mostShown} more
        </Typography>
      )}
    </DialogShell>
  );
}

function doubtWords(doubt: Doubt, format: Format, inFull: NonNullable<Props['inFull']>): string {
  if (doubt.kind === 'sign')
    return doubt.isNegative
      ? 'is negative, and nothing here was. Planned savings and recoveries are.'
      : 'is positive, and everything here was negative.';
  const { times, isMore, than } = doubt;
  const count = format.exact(times).replace(/\.00$/, '');
  return `is ${count} times ${isMore ? 'as much as' : 'less than'} ${inFull(than.amount)} ${than.when}.`;
}
