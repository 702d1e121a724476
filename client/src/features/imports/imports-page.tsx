import { loadedKinds } from '@opex/contracts/import-kinds';
import { importEndpoints, type ImportSummary } from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import type { GridColDef } from '@mui/x-data-grid';
import { useRef } from 'react';
import { Link as RouterLink, useNavigate } from 'react-router-dom';
import { PageHeader } from '../../components/page-header.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { DataList } from '../../domain/lists/data-list.tsx';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { importsKey, isOfImports } from './imports.queries.ts';
import { countWords, kindWords, notYet, stateOf, understood } from './imports.words.ts';
import { useSendFile } from './use-send-file.tsx';

const key = [...importsKey, 'list'];

/** Files that were loaded, or are about to be. */
export function ImportsPage() {
  const navigate = useNavigate();
  const search = useSharedSearch();
  useLiveRefresh(key, isOfImports);
  return (
    <>
      <PageHeader title="Imports" detail="Files are read and checked first, and what was applied can be undone" />
      <DropZone />
      <DataList<ImportSummary>
        endpoint={importEndpoints.list}
        queryKey={key}
        label="Imports"
        columns={columns}
        empty={{
          title: 'No imports yet',
          hint: 'Drop a file on this page, or choose one above. You see what it would change before anything changes.',
        }}
        gridProps={{
          onRowClick: ({ id }, { target }) => {
            if (!(target as HTMLElement).closest('a')) void navigate({ pathname: `/imports/${id}`, search });
          },
          sx: { '& .MuiDataGrid-row': { cursor: 'pointer' } },
        }}
      />
    </>
  );
}

function DropZone() {
  const input = useRef<HTMLInputElement>(null);
  const { send, dialog } = useSendFile();
  return (
    <Box
      component="section"
      aria-label="Load a file"
      sx={{ border: '1px dashed', borderColor: 'divider', borderRadius: 1, bgcolor: 'background.paper', padding: 3 }}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        <Typography>Drop a workbook (.xlsx) or a CSV file here, or</Typography>
        <Button variant="contained" onClick={() => input.current?.click()}>
          Choose a file
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          accept=".xlsx,.xlsm,.csv,.tsv,.txt"
          aria-label="File to load"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            target.value = ''; // the same file can be chosen again
            if (file) send(file);
          }}
        />
      </Box>
      <Typography variant="body2" color="textSecondary" sx={{ marginBlockStart: 2 }}>
        Understood: {loadedKinds.map((kind) => `${kindWords(kind).toLowerCase()}, with ${understood[kind]}`).join('; ')}
        .
        {notYet.length > 0 &&
          ` A file of another kind (${notYet.join(', ').toLowerCase()}) is told by its name, and nothing of it is loaded.`}
      </Typography>
      {dialog}
    </Box>
  );
}

function FileLink({ id, name }: ImportSummary) {
  const search = useSharedSearch();
  return (
    <Link component={RouterLink} to={{ pathname: `/imports/${id}`, search }} title={name} underline="always">
      {name}
    </Link>
  );
}

const fields: GridColDef<ImportSummary>[] = [
  { field: 'name', headerName: 'File', flex: 2, minWidth: 140, renderCell: ({ row }) => <FileLink {...row} /> },
  { field: 'kind', headerName: 'Kind', width: 84, valueGetter: (_, { kind }) => kindWords(kind) },
  { field: 'state', headerName: 'State', width: 118, valueGetter: (_, row) => stateOf(row) },
  {
    field: 'counts',
    headerName: 'Rows',
    flex: 1,
    minWidth: 128,
    valueGetter: (_, row) => countWords(row),
  },
  { field: 'creator', headerName: 'Sent by', width: 110 },
  { field: 'createdAt', headerName: 'Sent', width: 142, valueFormatter: formatDateTime },
  { field: 'appliedBy', headerName: 'Applied by', width: 110 },
  { field: 'appliedAt', headerName: 'Applied', width: 142, valueFormatter: formatDateTime },
];
/** The server gives the newest first, and no other order. */
const columns = fields.map((field) => ({ ...field, sortable: false }));
