import type { TrackerException } from '@opex/contracts/tracker';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Suspense, useRef, useState } from 'react';
import { AddIcon, CloseIcon } from '../../../components/icons.tsx';
import { allocationKeys } from '../../../domain/allocation-keys.queries.ts';
import { masterById } from '../../../domain/masters.queries.ts';
import { useFormat, type Format } from '../../../domain/amounts/use-format.ts';
import { kindOf } from '@opex/contracts/horizon';
import type { Horizon } from '../../../domain/horizon.ts';
import { later } from '../../../lib/later.ts';
import type { AddressChanges } from '../../../lib/use-search-state.ts';
import { entryOf, holdsAmount, titleOf, type Field } from '../../../domain/sheet/columns/fields.ts';
import { FilterMenu } from './filter-menu.tsx';
import {
  exceptionWords,
  filterChanges,
  filterFields,
  filterNamed,
  noFilters,
  type Filter,
  type Terms,
} from './filters.ts';

const FilterEditor = later(async () => (await import('./filter-editor.tsx')).FilterEditor);

type Props = {
  filters: readonly Filter[];
  exception: TrackerException | undefined;
  fy: string | undefined;
  horizon: Horizon;
  onChange: (changes: AddressChanges) => void;
};

/** One chip a column; the chip opens what it says for a change. */
export function FilterBar({ filters, exception, fy, horizon, onChange }: Props) {
  const addButton = useRef<HTMLButtonElement>(null);
  const [menuAnchor, setMenuAnchor] = useState<HTMLElement | null>(null);
  const [open, setOpen] = useState<{ field: string; anchor: HTMLElement } | null>(null);
  const isShown = (field: Field) => field.group !== 'Month' || kindOf(horizon) === 'month';
  const unused = filterFields.filter(
    (field) => isShown(field) && !filters.some((filter) => filter.field === field.field),
  );
  const shown = filters.find(({ field }) => field === open?.field);

  return (
    <Box role="group" aria-label="Filters" sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      {filters.map((filter) => (
        <FilterChip
          key={filter.field}
          filter={filter}
          fy={fy}
          onOpen={(anchor) => setOpen({ field: filter.field, anchor })}
          onRemove={() => {
            onChange(filterChanges(filter.field, {}));
            addButton.current?.focus();
          }}
        />
      ))}
      {exception && (
        <Chip
          label={exceptionWords[exception]}
          variant="outlined"
          onDelete={() => {
            onChange({ exception: null, page: null });
            addButton.current?.focus();
          }}
          deleteIcon={<CloseIcon />}
          aria-description="Press Delete to remove"
        />
      )}
      <Button
        ref={addButton}
        startIcon={<AddIcon />}
        aria-haspopup="menu"
        onClick={(event) => setMenuAnchor(event.currentTarget)}
      >
        Filter
      </Button>
      {filters.length + (exception ? 1 : 0) > 1 && (
        <Button onClick={() => onChange(noFilters(filters))}>Clear all</Button>
      )}
      {menuAnchor && (
        <FilterMenu
          anchor={menuAnchor}
          choices={unused.map((field) => ({ field: field.field, title: titleOf(field, fy) }))}
          onChoose={(field) => {
            setMenuAnchor(null);
            setOpen({ field, anchor: menuAnchor });
          }}
          onClose={() => setMenuAnchor(null)}
        />
      )}
      {open && (
        <Suspense fallback={null}>
          <FilterEditor
            field={open.field}
            title={titleIn(open.field, fy)}
            anchor={open.anchor}
            terms={shown?.terms ?? {}}
            onApply={(terms) => {
              onChange(filterChanges(open.field, terms));
              setOpen(null);
            }}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </Box>
  );
}

const titleIn = (name: string, fy: string | undefined) => {
  const field = filterNamed(name);
  return field ? titleOf(field, fy) : name;
};

type ChipProps = {
  filter: Filter;
  fy: string | undefined;
  onOpen: (anchor: HTMLElement) => void;
  onRemove: () => void;
};

function FilterChip({ filter: { field, terms }, fy, onOpen, onRemove }: ChipProps) {
  const format = useFormat();
  const names = useNames(field, terms);
  const said = wordsFor(field, terms, format, names);
  const words = field === 'entity' ? said : `${titleIn(field, fy)} ${said}`;
  return (
    <Chip
      label={words}
      variant="outlined"
      onClick={(event) => onOpen(event.currentTarget)}
      onDelete={onRemove}
      deleteIcon={<CloseIcon />}
      aria-description="Press Delete to remove"
      // A long list of names may be cut, an amount never.
      sx={{ maxWidth: holdsAmount(field) ? 1 : 360 }}
    />
  );
}

/** The address holds ids; people read names. */
function useNames(field: string, terms: Terms): Record<string, string> {
  const entry = entryOf(field);
  const ids = entry?.as === 'reference' ? [terms.eq, terms.ne].flatMap((list) => list?.split(',') ?? []) : [];
  const { data: keys } = useQuery({ ...allocationKeys, enabled: field === 'key' });
  const named = useQueries({
    queries: entry?.as === 'reference' ? ids.map((id) => masterById(entry.master, Number(id))) : [],
    combine: (answers) =>
      Object.fromEntries(
        answers.map(({ data, error }, index) => [ids[index] ?? '', data?.name ?? (error ? 'unknown' : '...')]),
      ),
  });
  if (field !== 'key') return named;
  return Object.fromEntries(
    (terms.eq?.split(',') ?? []).map((id) => [
      id,
      keys ? (keys.data.find((key) => String(key.id) === id)?.name ?? 'unknown') : '...',
    ]),
  );
}

function wordsFor(field: string, terms: Terms, format: Format, names: Record<string, string>): string {
  const kind = filterNamed(field)?.kind;
  const say = (value: string) =>
    kind === 'amount' ? format.withUnit(value).replace(/^-$/, '0') : kind === 'date' ? format.date(value) : value;
  const list = (values: string) =>
    values
      .split(',')
      .map((value) => (kind === 'reference' ? (names[value] ?? '...') : say(value)))
      .join(', ');
  if (field === 'entity') return `Share of ${list(terms.eq ?? '')}`;
  const words = [
    terms.eq && `is ${list(terms.eq)}`,
    terms.ne && `is not ${list(terms.ne)}`,
    terms.like && `contains "${terms.like}"`,
    terms.gte && `from ${say(terms.gte)}`,
    terms.gt && `over ${say(terms.gt)}`,
    terms.lte && `up to ${say(terms.lte)}`,
    terms.lt && `under ${say(terms.lt)}`,
    terms.empty && (terms.empty === 'true' ? 'is empty' : 'is not empty'),
  ];
  return words.filter(Boolean).join(' ');
}
