import type { TrackerRow } from '@opex/contracts/tracker';
import type { MasterKind } from '@opex/contracts/masters';
import Autocomplete from '@mui/material/Autocomplete';
import InputBase from '@mui/material/InputBase';
import Tooltip from '@mui/material/Tooltip';
import { useGridApiContext, type GridRenderEditCellParams } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { masterChoices } from '../../masters.queries.ts';
import type { AmountEntry } from '../../amounts/use-amount-entry.ts';
import { amountWidth } from '../../../lib/text-width.ts';
import { textOf, valueOf } from './row-edits.ts';

type Cell = GridRenderEditCellParams<TrackerRow>;

const amountPaddingPx = 8;

/** `amounts`: how the cell reads an amount, if it holds one. */
type TextCell = Cell & { amounts?: AmountEntry };

/** Takes whatever people type; says at the cell why it cannot be kept, or what an amount is in full. */
export function TextEditCell({ id, field, value, row, hasFocus, colDef, amounts, ...rest }: TextCell) {
  const apiRef = useGridApiContext();
  const input = useRef<HTMLInputElement>(null);
  const message = rest.error ? (rest as { message?: string }).message : undefined;
  useEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);

  const text = (value as string | null) ?? '';
  const old = textOf(valueOf(row, field)) || null;
  const isTouched = text !== amounts?.textOf(old);
  const echo = amounts && isTouched ? amounts.echo(text, old) : undefined;
  const note = message ?? echo;
  return (
    <Tooltip open={note !== undefined} title={note ?? ''} placement="bottom-start" disableInteractive describeChild>
      <InputBase
        inputRef={input}
        value={text}
        onChange={({ target }) => void apiRef.current.setEditCellValue({ id, field, value: target.value })}
        error={message !== undefined}
        fullWidth
        inputProps={{
          'aria-label': colDef.headerName,
          ...(message !== undefined && { 'aria-invalid': true }),
          ...(note !== undefined && { 'aria-description': note }),
        }}
        sx={{
          height: 1,
          font: 'inherit',
          paddingInline: 1.5,
          // Every digit of an amount is seen while it is typed, beyond the cell where that is too narrow.
          ...(amounts && { position: 'absolute', right: 0, minWidth: 1, bgcolor: 'background.paper' }),
          ...(amounts && { width: `${amountWidth(text) + 2 * amountPaddingPx}px` }),
          color: message === undefined ? 'inherit' : 'error.main',
          '& input': { textAlign: amounts ? 'right' : 'left', padding: 0 },
        }}
      />
    </Tooltip>
  );
}

/** A name out of the master data, found while typing. Enter takes the marked one and moves on. */
export function ReferenceEditCell({ id, field, value, hasFocus, colDef, master }: Cell & { master: MasterKind }) {
  const apiRef = useGridApiContext();
  const input = useRef<HTMLInputElement>(null);
  const [words, setWords] = useState('');
  const { data = [], isFetching, isPending } = useQuery(masterChoices(master, words));
  // While the names are still looked for none is marked, so leaving the cell would lose what was typed.
  const wait = (event: KeyboardEvent) => {
    if (isPending && (event.key === 'Enter' || event.key === 'Tab')) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const shown = (value as string | null) ?? '';
  useEffect(() => {
    if (hasFocus) input.current?.focus();
  }, [hasFocus]);

  return (
    <Autocomplete
      fullWidth
      openOnFocus
      autoHighlight
      selectOnFocus
      slotProps={{ popper: { placement: 'bottom-start', sx: { minWidth: 240 } }, paper: { sx: { fontSize: 13 } } }}
      options={data.filter(({ retired }) => !retired).map(({ name }) => name)}
      filterOptions={(options) => options}
      value={shown || null}
      loading={isFetching}
      noOptionsText={isFetching ? 'Looking' : 'No match'}
      onInputChange={(_, text, why) => setWords(why === 'input' ? text.trim() : '')}
      onChange={(_, name) => void apiRef.current.setEditCellValue({ id, field, value: name })}
      renderInput={({ slotProps }) => (
        <InputBase
          ref={slotProps.input.ref}
          inputRef={input}
          inputProps={{ ...slotProps.htmlInput, 'aria-label': colDef.headerName }}
          fullWidth
          onKeyDown={wait}
          sx={{ height: 1, font: 'inherit', paddingInline: 1.5 }}
        />
      )}
    />
  );
}
