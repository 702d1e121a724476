import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import NativeSelect from '@mui/material/NativeSelect';
import Popover from '@mui/material/Popover';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import type { FilterOperator } from '@opex/contracts/list';
import type { Master, MasterKind } from '@opex/contracts/masters';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { DayField } from '../../../components/day-field.tsx';
import { AmountField } from '../../../domain/amounts/amount-field.tsx';
import { useAmountEntry, type AmountEntry } from '../../../domain/amounts/use-amount-entry.ts';
import { allocationKeys } from '../../../domain/allocation-keys.queries.ts';
import { masterById, masterChoices, useEntities } from '../../../domain/masters.queries.ts';
import { parseDay } from '../../../lib/day.ts';
import { entryOf, fieldNamed, holdsAmount } from '../../../domain/sheet/columns/fields.ts';
import { conditionIn, conditionsFor, termsFor, type Condition } from './filter-conditions.ts';
import type { Terms } from './filters.ts';
import { OptionList } from './option-list.tsx';

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
  const conditions = conditionsFor(field);
  const [name, setName] = useState(() => conditionIn(conditions, given).name);
  const entry = useAmountEntry();
  const [terms, setTerms] = useState(() => typedTerms(field, given, entry));
  const [complaint, setComplaint] = useState<string | null>(null);
  const condition = conditions.find((one) => one.name === name) ?? conditionIn(conditions, given);

  function choose(chosen: string) {
    const next = conditions.find((one) => one.name === chosen);
    if (!next) return;
    setName(chosen);
    setTerms(termsFor(next, condition, terms));
  }
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const read = finished(field, terms, entry);
    if (typeof read === 'string') setComplaint(read);
    else onApply(read);
  }
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
        <NativeSelect
          value={name}
          onChange={({ target }) => choose(target.value)}
          inputProps={{ 'aria-label': 'Condition' }}
        >
          {conditions.map((one) => (
            <option key={one.name}>{one.name}</option>
          ))}
        </NativeSelect>
        <TermsInput
          key={name}
          condition={condition}
          field={field}
          terms={terms}
          onChange={setTerms}
          complaint={complaint}
        />
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

type ByCondition = InputProps & { condition: Condition };

function TermsInput({ condition, ...props }: ByCondition) {
  const entry = entryOf(props.field);
  const [operator] = condition.operators;
  if (condition.input === 'none') return null;
  if (condition.input === 'choices') return <ChoicesInput {...props} operator={operator} />;
  if (condition.input === 'masters' && entry?.as === 'reference')
    return <MastersInput {...props} operator={operator} label={condition.name} kind={entry.master} />;
  if (condition.input === 'keys') return <KeysInput {...props} operator={operator} label={condition.name} />;
  if (condition.input === 'entity') return <EntityInput {...props} operator={operator} label={condition.name} />;
  return <ValuesInput {...props} condition={condition} />;
}

function ValuesInput({ field, terms, onChange, complaint, condition: { operators, name } }: ByCondition) {
  const kind = fieldNamed(field)?.kind;
  return operators.map((operator, index) => {
    const isLast = index === operators.length - 1;
    const label = operators.length === 1 ? name : operator === 'gte' ? 'From' : 'Up to';
    const shrunk = { slotProps: { inputLabel: { shrink: true } } };
    if (kind === 'amount') {
      return (
        <AmountField
          key={operator}
          label={label}
          autoFocus={index === 0}
          {...shrunk}
          value={terms[operator] ?? ''}
          onChange={(text) => onChange({ ...terms, [operator]: text })}
          error={isLast && complaint !== null}
          helperText={isLast && (complaint ?? '12L and 1.2cr are understood')}
        />
      );
    }
    const field = {
      label,
      autoFocus: index === 0,
      value: terms[operator] ?? '',
      error: isLast && complaint !== null,
      helperText: isLast && complaint,
    };
    const change = (text: string) => onChange({ ...terms, [operator]: text });
    return kind === 'date' ? (
      <DayField key={operator} {...field} onChange={change} />
    ) : (
      <TextField
        key={operator}
        {...field}
        {...(kind !== 'text' && shrunk)}
        onChange={({ target }) => change(target.value)}
      />
    );
  });
}

type ListProps = InputProps & { operator: FilterOperator };
const choicesOf: Record<string, readonly string[]> = { status: ['Active', 'Retired'] };

function ChoicesInput({ field, terms, onChange, operator }: ListProps) {
  const entry = entryOf(field);
  const choices = entry?.as === 'choice' ? entry.values : (choicesOf[field] ?? []);
  const chosen = terms[operator]?.split(',').filter(Boolean) ?? [];
  const toggle = (choice: string, isOn: boolean) =>
    onChange({ [operator]: (isOn ? [...chosen, choice] : chosen.filter((other) => other !== choice)).join(',') });
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
              onChange={(_, isOn) => toggle(choice, isOn)}
            />
          }
        />
      ))}
    </FormGroup>
  );
}

const idsIn = (terms: Terms, operator: FilterOperator) => terms[operator]?.split(',').filter(Boolean).map(Number) ?? [];
const found = (answers: readonly { data: Master | undefined }[]) => answers.flatMap(({ data }) => data ?? []);
const isNamed = (words: string) => (one: { name: string }) =>
  one.name.toLowerCase().includes(words.trim().toLowerCase());

function MastersInput({ terms, onChange, kind, operator, label }: ListProps & { kind: MasterKind; label: string }) {
  const [words, setWords] = useState('');
  const { data = [], isPending } = useQuery(masterChoices(kind, words.trim()));
  const ids = idsIn(terms, operator);
  const known = [...useQueries({ queries: ids.map((id) => masterById(kind, id)), combine: found }), ...data];
  const chosen = ids.flatMap((id) => known.find((one) => one.id === id) ?? []);
  return (
    <OptionList
      {...{ label, words, chosen, options: data, isLoading: isPending }}
      onWords={setWords}
      onToggle={(id, isOn) => onChange({ [operator]: toggled(ids, id, isOn) })}
    />
  );
}

function KeysInput({ terms, onChange, operator, label }: ListProps & { label: string }) {
  const [words, setWords] = useState('');
  const { data, isPending } = useQuery(allocationKeys);
  const keys = data?.data ?? [];
  const ids = idsIn(terms, operator);
  return (
    <OptionList
      {...{ label, words, isLoading: isPending }}
      chosen={keys.filter(({ id }) => ids.includes(id))}
      options={keys.filter(isNamed(words))}
      onWords={setWords}
      onToggle={(id, isOn) => onChange({ [operator]: toggled(ids, id, isOn) })}
    />
  );
}

/** One of them: its share is shown. */
function EntityInput({ terms, onChange, operator, label }: ListProps & { label: string }) {
  const [words, setWords] = useState('');
  const entities = useEntities();
  const [chosen] = idsIn(terms, operator);
  return (
    <OptionList
      {...{ label, words, isLoading: false }}
      chosen={entities.filter(({ id }) => id === chosen)}
      options={entities.filter(isNamed(words))}
      onWords={setWords}
      onToggle={(id, isOn) => onChange({ [operator]: isOn ? String(id) : '' })}
    />
  );
}

const toggled = (ids: readonly number[], id: number, isOn: boolean) =>
  (isOn ? [...ids, id] : ids.filter((other) => other !== id)).join(',');

/** The terms as they are typed: amounts in the unit shown. */
function typedTerms(field: string, terms: Terms, { textOf }: AmountEntry): Terms {
  if (!holdsAmount(field)) return terms;
  return Object.fromEntries(
    Object.entries(terms).map(([operator, value]) => [operator, operator === 'empty' ? value : textOf(value)]),
  );
}

const taken = (text: string) => ({ ok: true as const, value: text.trim() });

/** The terms as the address holds them, or what is wrong with them. */
function finished(field: string, terms: Terms, { read }: AmountEntry): Terms | string {
  const isAmount = holdsAmount(field);
  const isDate = fieldNamed(field)?.kind === 'date';
  const ready: Terms = {};
  for (const [operator, text] of Object.entries(terms) as [keyof Terms, string][]) {
    if (!text.trim()) continue;
    const entered = operator === 'empty' ? taken(text) : isAmount ? read(text) : isDate ? parseDay(text) : taken(text);
    if (!entered.ok) return entered.message;
    if (entered.value !== null) ready[operator] = entered.value;
  }
  return ready;
}
