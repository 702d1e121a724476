import Autocomplete from '@mui/material/Autocomplete';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { Master, MasterKind } from '@opex/contracts/masters';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { parseAmount } from '../../lib/amount-entry.ts';
import { masterById, masterChoices } from '../../lib/masters.ts';
import { entryOf, fieldNamed } from './fields.ts';
import type { Terms } from './filters.ts';

type Props = {
  field: string;
  title: string;
  anchor: HTMLElement;
  terms: Terms;
  onApply: (terms: Terms) => void;
  onClose: () => void;
};

/** Terms as they are being written; an amount may still be "12L". */
type InputProps = { field: string; terms: Terms; onChange: (terms: Terms) => void; complaint: string | null };

export function FilterEditor({ field, title, anchor, terms: given, onApply, onClose }: Props) {
  const [terms, setTerms] = useState(given);
  const [complaint, setComplaint] = useState<string | null>(null);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const read = finished(field, terms);
    if (typeof read === 'string') setComplaint(read);
    else onApply(read);
  }
  const input = { field, terms, onChange: setTerms, complaint };
  return (
    // Without a transition, or a list inside would open at a place that is still moving.
    <Popover
      open
      transitionDuration={0}
      anchorEl={anchor}
      onClose={onClose}
      anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
    >
      <Stack
        component="form"
        onSubmit={submit}
        noValidate
        spacing={3}
        sx={{ padding: 4, width: 300 }}
        aria-label={`Filter on ${title}`}
      >
        <Typography variant="h3">{title}</Typography>
        <TermsInput {...input} />
        <EmptyInput {...input} />
        <Stack direction="row" spacing={2} sx={{ justifyContent: 'flex-end' }}>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained">
            Apply
          </Button>
        </Stack>
      </Stack>
    </Popover>
  );
}

function TermsInput(props: InputProps) {
  const entry = entryOf(props.field);
  const kind = fieldNamed(props.field)?.kind;
  if (entry?.as === 'reference') return <MastersInput {...props} kind={entry.master} />;
  if (kind === 'choice') return <ChoicesInput {...props} />;
  if (kind === 'amount') return <RangeInput {...props} type="text" hint="12L and 1.2cr are understood" />;
  if (kind === 'date') return <RangeInput {...props} type="date" />;
  return <TextInput {...props} />;
}

function TextInput({ terms, onChange }: InputProps) {
  return (
    <TextField
      label="Contains"
      autoFocus
      value={terms.like ?? ''}
      onChange={({ target }) => onChange({ like: target.value })}
    />
  );
}

function RangeInput({ terms, onChange, complaint, type, hint }: InputProps & { type: string; hint?: string }) {
  const labels = { slotProps: { inputLabel: { shrink: true } }, type } as const;
  return (
    <>
      <TextField
        label="From"
        autoFocus
        {...labels}
        value={terms.gte ?? ''}
        onChange={({ target }) => onChange({ ...terms, gte: target.value, empty: '' })}
      />
      <TextField
        label="Up to"
        {...labels}
        value={terms.lte ?? ''}
        onChange={({ target }) => onChange({ ...terms, lte: target.value, empty: '' })}
        error={complaint !== null}
        helperText={complaint ?? hint}
      />
    </>
  );
}

const choicesOf: Record<string, readonly string[]> = { status: ['Active', 'Retired'] };

function ChoicesInput({ field, terms, onChange }: InputProps) {
  const entry = entryOf(field);
  const choices = entry?.as === 'choice' ? entry.values : (choicesOf[field] ?? []);
  const chosen = terms.eq ? terms.eq.split(',') : [];
  return (
    <FormGroup>
      {choices.map((choice, index) => (
        <FormControlLabel
          key={choice}
          label={choice}
          control={
            <Checkbox
              autoFocus={index === 0}
              checked={chosen.includes(choice)}
              onChange={(_, isOn) =>
                onChange({ eq: (isOn ? [...chosen, choice] : chosen.filter((other) => other !== choice)).join(',') })
              }
            />
          }
        />
      ))}
    </FormGroup>
  );
}

const noMasters: Master[] = [];
const found = (answers: readonly { data: Master | undefined }[]) => answers.flatMap(({ data }) => data ?? []);

function MastersInput({ terms, onChange, kind }: InputProps & { kind: MasterKind }) {
  const [text, setText] = useState('');
  const { data = noMasters, isFetching, isPending } = useQuery(masterChoices(kind, text.trim()));
  const ids = terms.eq?.split(',').filter(Boolean).map(Number) ?? [];
  const chosen = useQueries({ queries: ids.map((id) => masterById(kind, id)), combine: found });
  const known = [...chosen, ...data];
  return (
    <Autocomplete
      multiple
      disableCloseOnSelect
      openOnFocus
      autoHighlight
      loading={isFetching}
      options={data}
      filterOptions={(options) => options}
      value={ids.flatMap((id) => known.find((one) => one.id === id) ?? [])}
      inputValue={text}
      slotProps={{ paper: { sx: { fontSize: 13 } } }}
      getOptionLabel={({ name }) => name}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      onInputChange={(_, next, why) => {
        // A new array of values counts as a reset, and would take away what is being typed.
        if (why !== 'reset') setText(why === 'input' ? next : '');
      }}
      onChange={(_, masters) => onChange({ eq: masters.map(({ id }) => id).join(',') })}
      onKeyDown={(event) => {
        // Enter would apply the filter without what is still being looked for.
        if (isPending && event.key === 'Enter') event.preventDefault();
      }}
      renderInput={(params) => <TextField {...params} label="Any of" autoFocus />}
    />
  );
}

function EmptyInput({ field, terms, onChange }: InputProps) {
  if (fieldNamed(field)?.kind === 'choice') return null;
  return (
    <FormControlLabel
      label="Only those where it is empty"
      control={
        <Checkbox checked={terms.empty === 'true'} onChange={(_, isOn) => onChange(isOn ? { empty: 'true' } : {})} />
      }
    />
  );
}

/** The terms as the address holds them, or what is wrong with them. */
function finished(field: string, terms: Terms): Terms | string {
  const isAmount = fieldNamed(field)?.kind === 'amount';
  const ready: Terms = {};
  for (const [operator, text] of Object.entries(terms) as [keyof Terms, string][]) {
    if (!text.trim()) continue;
    const entered = isAmount && operator !== 'empty' ? parseAmount(text) : { ok: true as const, value: text.trim() };
    if (!entered.ok) return entered.message;
    if (entered.value !== null) ready[operator] = entered.value;
  }
  return ready;
}
