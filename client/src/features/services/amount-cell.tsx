import InputBase from '@mui/material/InputBase';
import Typography from '@mui/material/Typography';
import { useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { parseAmount } from '../../lib/amount-entry.ts';
import { useFormat } from '../../lib/use-format.ts';

type Props = {
  label: string;
  value: string | null;
  isChanged: boolean;
  onChange: (amount: string | null) => void;
  /** A block copied from a spreadsheet, cell by cell. */
  onPasteBlock?: (cells: string[]) => void;
  /** Enter and the arrows: 1 is the cell below. */
  onMove?: (from: HTMLElement, step: 1 | -1) => void;
};

/** A cell of a spreadsheet: formatted while it is read, as typed while it is written. */
export function AmountCell({ label, value, isChanged, onChange, onPasteBlock, onMove }: Props) {
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState('');

  function commit(): boolean {
    if (typed === null) return true;
    const entered = parseAmount(typed, value);
    setProblem(entered.ok ? '' : entered.message);
    if (!entered.ok) return false;
    setTyped(null);
    if (entered.value !== value) onChange(entered.value);
    return true;
  }
  function press(event: KeyboardEvent<HTMLElement>) {
    if (event.key === 'Escape') {
      setTyped(null);
      setProblem('');
    }
    const step = stepOf(event);
    if (step === undefined) return;
    event.preventDefault();
    if (commit()) onMove?.(event.currentTarget, step);
  }
  function paste(event: ClipboardEvent) {
    const cells = event.clipboardData
      .getData('text/plain')
      .replace(/\r?\n$/, '')
      .split(/\r?\n|\t/);
    if (cells.length < 2 || !onPasteBlock) return;
    event.preventDefault();
    setTyped(null);
    onPasteBlock(cells);
  }

  return (
    <>
      <InputBase
        value={typed ?? format.exact(value)}
        onFocus={({ target }) => target.select()}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={commit}
        onKeyDown={press}
        onPaste={paste}
        error={problem !== ''}
        fullWidth
        slotProps={{
          input: {
            'aria-label': label,
            'aria-invalid': problem !== '',
            inputMode: 'decimal',
            autoComplete: 'off',
            style: { textAlign: 'right', padding: 0 },
          },
        }}
        sx={{
          fontSize: 'inherit',
          paddingInline: 1,
          borderRadius: 1,
          bgcolor: isChanged ? 'selection.soft' : 'transparent',
          outline: '1px solid',
          outlineColor: problem ? 'error.main' : 'divider',
          '&.Mui-focused': { outline: '2px solid', outlineColor: problem ? 'error.main' : 'primary.main' },
        }}
      />
      {problem && (
        <Typography role="alert" variant="caption" color="error" component="div">
          {problem}
        </Typography>
      )}
    </>
  );
}

function stepOf({ key, shiftKey }: KeyboardEvent): 1 | -1 | undefined {
  if (key === 'ArrowDown' || (key === 'Enter' && !shiftKey)) return 1;
  return key === 'ArrowUp' || (key === 'Enter' && shiftKey) ? -1 : undefined;
}
