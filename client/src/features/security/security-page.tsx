import { securityEventEndpoints, type SecurityEvent } from '@opex/contracts/security-events';
import type { GridColDef } from '@mui/x-data-grid';
import { DataList } from '../../domain/lists/data-list.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { SecurityFilters } from './security-filters.tsx';
import { detailsLine, eventWords, outcomeWords } from './security-words.ts';

/** Who came in, who tried to, and what was refused. */
export function SecurityPage() {
  return (
    <>
      <PageHeader
        title="Security log"
        detail="Sign-ins, refusals, sessions and key uses; the same again within a minute (keys: an hour) is counted"
      />
      <DataList<SecurityEvent>
        endpoint={securityEventEndpoints.list}
        queryKey={['security-events']}
        label="Security log"
        columns={columns}
        defaultSort="-id"
        searchLabel="Search who, address, request"
        empty={{ title: 'Nothing matches', hint: 'Nothing like this has happened in the time that is kept.' }}
        toolbar={<SecurityFilters />}
      />
    </>
  );
}

const columns: GridColDef<SecurityEvent>[] = [
  { field: 'at', headerName: 'When', width: 140, valueFormatter: formatDateTime },
  {
    field: 'event',
    headerName: 'What happened',
    flex: 1,
    minWidth: 200,
    valueFormatter: (event: string) => eventWords(event),
  },
  {
    field: 'outcome',
    headerName: 'Outcome',
    width: 84,
    valueFormatter: (outcome: SecurityEvent['outcome']) => outcomeWords[outcome],
  },
  { field: 'times', headerName: 'Times', width: 64, sortable: false, align: 'right', headerAlign: 'right' },
  { field: 'subject', headerName: 'Who', flex: 1, minWidth: 160 },
  { field: 'address', headerName: 'Address', width: 120 },
  {
    field: 'details',
    headerName: 'Details',
    flex: 1,
    minWidth: 180,
    sortable: false,
    valueGetter: (_, { details }) => detailsLine(details),
  },
  { field: 'requestId', headerName: 'Request', width: 110, sortable: false },
];
