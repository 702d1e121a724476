import { importEndpoints, importOutcomes, type ImportOutcome, type ImportRecord } from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Stack from '@mui/material/Stack';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { AddressNote } from '../../components/address-note.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { useAddress, useSharedSearch } from '../../lib/use-search-state.ts';
import { Effects } from './effects.tsx';
import { ImportRows } from './import-rows.tsx';
import { missingWords, sentenceOf } from './imports.words.ts';
import { Reading } from './reading.tsx';
import type { Steps } from './use-steps.ts';

type Props = { record: ImportRecord; steps: Steps };
const places = ['totals', ...importOutcomes, 'notes', 'reading'] as const;
type Place = (typeof places)[number];
const isPlace = (value: string): value is Place => (places as readonly string[]).includes(value);

/** What would change, or did: in a sentence, in sums, and row by row. */
export function Preview({ record, steps }: Props) {
  const { version, counts, effects, notes } = record;
  const [params, change] = useAddress();
  const titles: Record<Place, string> = {
    totals: 'Totals',
    added: `New (${counts?.added ?? 0})`,
    changed: `Changed (${counts?.changed ?? 0})`,
    rejected: `Rejected (${counts?.rejected ?? 0})`,
    unchanged: `Unchanged (${counts?.unchanged ?? 0})`,
    notes: `Notes (${notes.length})`,
    reading: 'How it was read',
  };
  const shown: Place[] = [
    ...(effects.length > 0 ? (['totals'] as const) : []),
    ...(counts?.added ? (['added'] as const) : []),
    'changed',
    'rejected',
    'unchanged',
    ...(notes.length > 0 ? (['notes'] as const) : []),
    'reading',
  ];
  const place = shown.find((one) => one === params.get('show')) ?? shown[0] ?? 'changed';
  return (
    <>
      <AddressNote schema={importEndpoints.rows.query} own={{ show: isPlace }} />
      <AtAGlance record={record} />
      <Tabs
        value={place}
        onChange={(_, show: Place) => change({ show: show === shown[0] ? null : show, page: null })}
        aria-label="Parts of the import"
        variant="scrollable"
      >
        {shown.map((one) => (
          <Tab key={one} value={one} label={titles[one]} id={`tab-${one}`} aria-controls="tab-panel" />
        ))}
      </Tabs>
      <Box role="tabpanel" id="tab-panel" aria-labelledby={`tab-${place}`}>
        {place === 'totals' ? (
          effects.map((one) => <Effects key={`${one.fy} ${one.measure}`} effects={one} />)
        ) : place === 'notes' ? (
          <NoteTable notes={notes} />
        ) : place === 'reading' ? (
          <Reading key={version} record={record} steps={steps} />
        ) : (
          <ImportRows key={place} record={record} outcome={place satisfies ImportOutcome} />
        )}
      </Box>
    </>
  );
}

function AtAGlance({ record }: { record: ImportRecord }) {
  const { kind, state, counts, effects, appliedAt, appliedBy, reason } = record;
  const format = useFormat();
  const tracker = useSharedSearch({ fy: effects[0]?.fy });
  return (
    <Stack spacing={1}>
      <Typography variant="h2" component="p" role="status">
        {sentenceOf(record, format.amount)}
      </Typography>
      {appliedAt && (
        <Typography>
          {state === 'undone' ? 'It had been applied' : 'Applied'} by {appliedBy}, {formatDateTime(appliedAt)}.
          {reason && ` Because: ${reason}.`}{' '}
          <Link component={RouterLink} to={`/tracker${tracker}`} underline="always">
            Open the tracker
          </Link>
        </Typography>
      )}
      {counts && counts.missing > 0 && (
        <Typography color="textSecondary">{missingWords(kind, counts.missing)}</Typography>
      )}
    </Stack>
  );
}

function NoteTable({ notes }: Pick<ImportRecord, 'notes'>) {
  return (
    <PlainTable
      label="Notes on the file"
      rows={notes.map((note, index) => ({ ...note, index }))}
      keyOf={({ index }) => index}
      columns={[
        { label: 'Row', cell: ({ row }) => row ?? 'All' },
        { label: 'Column', cell: ({ column }) => column },
        { label: 'Note', isText: true, cell: ({ text }) => text },
      ]}
    />
  );
}
