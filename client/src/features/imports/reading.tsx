import { type ImportColumn, type MonthNumbering, monthNumberings } from '@opex/contracts/import-findings';
import type { ImportRecord, ImportState } from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import MenuItem from '@mui/material/MenuItem';
import NativeSelect from '@mui/material/NativeSelect';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useYears } from '../../domain/calendar.queries.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { useDraft } from '../../lib/use-draft.ts';
import { type Chosen, fieldsOf, kindWords, missingChoice, numberingWords, useWords } from './imports.words.ts';
import { UnknownNames } from './unknown-names.tsx';
import type { Steps } from './use-steps.ts';

type Props = { record: ImportRecord; steps: Steps };
const unclear = 'unclear';
const changeable: readonly ImportState[] = ['asking', 'checked', 'failed'];

/** Sheet, year and columns, as they were found or chosen. Another choice is checked again. */
export function Reading({ record, steps }: Props) {
  const { id, version, state, kind, sheet, sheets, columns, options, asks, names } = record;
  const years = useYears();
  const { draft, set, isChanged } = useDraft<Chosen>(`import ${id} ${version}`, { columns: {} });
  const isFixed = !changeable.includes(state) || steps.isBusy;
  const fy = draft.fy ?? options.fy ?? '';
  const fields = fieldsOf(
    kind,
    years.find(({ label }) => label === fy),
  );
  const titles = new Map(fields.map(({ field, title }) => [field, title]));
  const notYet = asks.includes('fy')
    ? 'Told once the year is known'
    : asks.includes('months')
      ? 'Told once it is known what the numbers are'
      : asks.includes('names')
        ? 'Told once the names are known'
        : null;
  const months = draft.months ?? options.months;
  const missing = missingChoice(record, draft, titles);

  return (
    <Stack spacing={3} sx={{ alignItems: 'flex-start' }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 3, alignItems: 'center', paddingBlockStart: 2 }}>
        {sheets.length > 1 && (
          <TextField
            select
            label="Sheet"
            value={sheet ?? ''}
            disabled={isFixed}
            onChange={({ target }) => steps.choose({ sheet: target.value })}
            sx={{ width: 260 }}
          >
            {sheets.map(({ name, hidden, kind: looksLike }) => (
              <MenuItem key={name} value={name}>
                {[name, looksLike ? kindWords(looksLike) : 'not understood', hidden && 'hidden']
                  .filter(Boolean)
                  .join(', ')}
              </MenuItem>
            ))}
          </TextField>
        )}
        {columns.length > 0 && (
          <>
            {kind !== 'allocation-keys' && (
              <TextField
                select
                label="Loaded into"
                value={years.some(({ label }) => label === fy) ? fy : ''}
                disabled={isFixed}
                onChange={({ target }) => set({ fy: target.value })}
                sx={{ width: 120 }}
              >
                {years.map(({ label }) => (
                  <MenuItem key={label} value={label}>
                    {label}
                  </MenuItem>
                ))}
              </TextField>
            )}
            {kind === 'allocation-keys' && (
              <TextField
                select
                label="From which month on"
                value={draft.from ?? options.from ?? ''}
                error={!(draft.from ?? options.from)}
                disabled={isFixed}
                onChange={({ target }) => set({ from: target.value })}
                sx={{ width: 200 }}
              >
                {years
                  .flatMap(({ periods }) => periods)
                  .filter(({ state: now }) => now !== 'CLOSED')
                  .map(({ startDate, label }) => (
                    <MenuItem key={startDate} value={startDate}>
                      {label}
                    </MenuItem>
                  ))}
              </TextField>
            )}
            {(asks.includes('months') || options.months) && (
              <TextField
                select
                label="Months that are numbers"
                value={months ?? ''}
                error={!months}
                disabled={isFixed}
                onChange={({ target }) => set({ months: target.value as MonthNumbering })}
                sx={{ width: 280 }}
              >
                {monthNumberings.map((one) => (
                  <MenuItem key={one} value={one}>
                    {numberingWords(
                      one,
                      years.find(({ label }) => label === fy),
                    )}
                  </MenuItem>
                ))}
              </TextField>
            )}
            {kind !== 'budget' && kind !== 'allocation-keys' && (
              <TextField
                select
                label="Days like 03/04/2025"
                value={draft.days ?? options.days ?? unclear}
                disabled={isFixed}
                onChange={({ target }) =>
                  target.value !== unclear && set({ days: target.value as 'day-first' | 'month-first' })
                }
                sx={{ width: 220 }}
              >
                <MenuItem value={unclear} disabled>
                  are rejected as unclear
                </MenuItem>
                <MenuItem value="day-first">are 3 April 2025</MenuItem>
                <MenuItem value="month-first">are 4 March 2025</MenuItem>
              </TextField>
            )}
            <FormControlLabel
              control={
                <Checkbox
                  checked={draft.units ?? options.units}
                  disabled={isFixed}
                  onChange={(_, units) => set({ units })}
                />
              }
              label={'"12L" and "1.2cr" are amounts'}
            />
          </>
        )}
      </Box>
      {names.length > 0 && (
        <UnknownNames
          names={names}
          chosen={draft.names}
          isFixed={isFixed}
          onChoose={(chosen) => set({ names: chosen })}
        />
      )}
      {columns.length > 0 && (
        <PlainTable
          label="What each column is"
          rows={columns}
          keyOf={({ column }) => column}
          columns={[
            { label: 'Column', cell: ({ column }) => column },
            { label: 'Header', isText: true, cell: ({ header }) => header },
            {
              label: 'Taken for',
              cell: (column) => (
                <FieldChoice
                  column={column}
                  fields={fields}
                  chosen={draft.columns[column.column]}
                  isFixed={isFixed}
                  notYet={notYet}
                  onChoose={(field) => set({ columns: { ...draft.columns, [column.column]: field } })}
                />
              ),
            },
            {
              label: 'How it is used',
              isMinor: true,
              cell: ({ column, use }) =>
                column in draft.columns
                  ? 'Told once it is checked'
                  : use === 'unknown' && notYet
                    ? notYet
                    : useWords[use],
            },
          ]}
        />
      )}
      {!isFixed && columns.length > 0 && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, alignItems: 'center' }}>
          <Button
            variant={isChanged ? 'contained' : 'outlined'}
            disabled={missing !== null}
            onClick={() => steps.choose(draft)}
          >
            {state === 'checked' ? 'Check again with this' : 'Check the file'}
          </Button>
          {missing && <Typography color="textSecondary">{missing}</Typography>}
        </Box>
      )}
    </Stack>
  );
}

type ChoiceProps = {
  column: ImportColumn;
  fields: readonly { field: string; title: string }[];
  /** Undefined: nothing was chosen here. Null: it is left out. */
  chosen: string | null | undefined;
  isFixed: boolean;
  /** Why it may be told by itself. */
  notYet: string | null;
  onChoose: (field: string | null) => void;
};
const leftOut = '-';

function FieldChoice({
  column: { column, header, field, title, use },
  fields,
  chosen,
  isFixed,
  notYet,
  onChoose,
}: ChoiceProps) {
  const found = field ?? (use === 'left' ? leftOut : '');
  const value = chosen === undefined ? found : (chosen ?? leftOut);
  return (
    <NativeSelect
      value={value}
      disabled={isFixed}
      disableUnderline={value !== ''}
      error={value === '' && !notYet}
      inputProps={{ 'aria-label': `What column ${column}, ${header}, is` }}
      onChange={({ target }) => onChoose(target.value === leftOut ? null : target.value)}
      sx={{ fontSize: 13, minWidth: 200 }}
    >
      {value === '' && <option value="">{notYet ? '' : 'Choose what it is'}</option>}
      {/* What only this header says: a month of an entity. */}
      {field && !fields.some((one) => one.field === field) && <option value={field}>{title}</option>}
      {fields.map((one) => (
        <option key={one.field} value={one.field}>
          {one.title}
        </option>
      ))}
      <option value={leftOut}>Leave it out</option>
    </NativeSelect>
  );
}
