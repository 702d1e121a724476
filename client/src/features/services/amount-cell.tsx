import InputBase from '@mui/material/InputBase';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import { amountWidth } from '../../lib/text-width.ts';
import { useAmountEntry } from '../../domain/amounts/use-amount-entry.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';

type Props = {
  label: string;
  value: string | null;
  isChanged: boolean;
  /** What was typed; it is an amount, and another one than `value`. */
  onEnter: (text: string) => void;
  /** A block copied from a spreadsheet, cell by cell. */
  onPasteBlock?: (cells: string[]) => void;
  /** Enter and the arrows: 1 is the cell below. */
  onMove?: (from: HTMLElement, step: 1 | -1) => void;
};

const aroundPx = 16;

/** A cell of a spreadsheet: formatted while it is read, to the last digit while it is written, and said in full meanwhile. */
export function AmountCell({ label, value, isChanged, onEnter, onPasteBlock, onMove }: Props) {
  const format = useFormat();
  const entry = useAmountEntry();
  const input = useRef<HTMLInputElement>(null);
  const [isFocused, setFocused] = useState(false);
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState('');
  const shown = typed ?? (isFocused ? entry.textOf(value) : format.inColumn(value));
  const note = problem || (typed !== null && entry.echo(typed, value)) || '';
  useEffect(() => {
    if (isFocused) input.current?.select();
  }, [isFocused]);

  function commit(): boolean {
    if (typed === null) return true;
    const entered = entry.read(typed, value);
    setProblem(entered.ok ? '' : entered.message);
    if (!entered.ok) return false;
    setTyped(null);
    if (entered.value !== value) onEnter(typed);
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
    <Tooltip open={note !== ''} title={note} placement="bottom-end" disableInteractive describeChild>
      <InputBase
        inputRef={input}
        value={shown}
        onFocus={() => setFocused(true)}
        onChange={({ target }) => setTyped(target.value)}
        onBlur={() => {
          setFocused(false);
          commit();
        }}
        onKeyDown={press}
        onPaste={paste}
        error={problem !== ''}
        fullWidth
        slotProps={{
          input: {
            'aria-label': label,
            'aria-invalid': problem !== '',
            ...(note && { 'aria-description': note }),
            inputMode: 'decimal',
            autoComplete: 'off',
            style: { textAlign: 'right', padding: 0 },
          },
        }}
        sx={{
          fontSize: 'inherit',
          minWidth: amountWidth(shown) + aroundPx,
          paddingInline: 1,
          borderRadius: 1,
          bgcolor: isChanged ? 'selection.soft' : 'transparent',
          outline: '1px solid',
          outlineColor: problem ? 'error.main' : 'divider',
          '&.Mui-focused': { outline: '2px solid', outlineColor: problem ? 'error.main' : 'primary.main' },
        }}
      />
    </Tooltip>
  );
}

function stepOf({ key, shiftKey }: KeyboardEvent): 1 | -1 | undefined {
  if (key === 'ArrowDown' || (key === 'Enter' && !shiftKey)) return 1;
  return key === 'ArrowUp' || (key === 'Enter' && shiftKey) ? -1 : undefined;
}
