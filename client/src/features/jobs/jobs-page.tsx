import { type Job, jobEndpoints } from '@opex/contracts/jobs';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { PageHeader } from '../../components/page-header.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { DataList } from '../../domain/lists/data-list.tsx';
import { callApi } from '../../lib/api.ts';
import { useMay } from '../../lib/session.ts';
import { useLiveRefresh } from '../../lib/use-live-refresh.ts';
import { useWrite } from '../../lib/use-write.ts';
import { JobsFilters } from './jobs-filters.tsx';
import { howItGoes, kindWords, stateWords } from './jobs-words.ts';

const key = ['jobs'];
type Step = 'retry' | 'cancel';

/** What is done behind the requests: what runs, waits, failed, and why. */
export function JobsPage() {
  const mayEdit = useMay()('jobs.edit');
  const [asked, setAsked] = useState<{ job: Job; step: Step } | null>(null);
  useLiveRefresh(key, ({ kind }) => kind === 'job');
  const columns = useMemo(() => (mayEdit ? [...shown, menuOf(setAsked)] : shown), [mayEdit]);
  return (
    <>
      <PageHeader title="Jobs" detail="What is done behind the requests; done is kept for 7 days, failed for 30" />
      <DataList<Job>
        endpoint={jobEndpoints.list}
        queryKey={key}
        label="Jobs"
        columns={columns}
        defaultSort="-id"
        searchLabel="Search errors"
        empty={{ title: 'No such jobs', hint: 'Nothing like this waits, runs or has run lately.' }}
        toolbar={<JobsFilters />}
      />
      {asked && <StepDialog {...asked} onClose={() => setAsked(null)} />}
    </>
  );
}

const words = {
  retry: { title: 'Begin now', hint: 'Earlier failures are not counted any more.' },
  cancel: { title: 'Cancel the job', hint: 'What it has not kept yet, it will not keep. It can be begun again later.' },
};

function StepDialog({ job, step, onClose }: { job: Job; step: Step; onClose: () => void }) {
  const write = useWrite(() => callApi(jobEndpoints[step], { params: { id: job.id } }), onClose);
  const { title, hint } = words[step];
  return (
    <ConfirmDialog
      title={`${title}: ${kindWords(job.kind)}`}
      confirmLabel={title}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      {hint}
    </ConfirmDialog>
  );
}

const maybe = (at: string | null) => (at ? formatDateTime(at) : '');
const shown: GridColDef<Job>[] = [
  { field: 'id', headerName: 'Job', width: 64 },
  { field: 'kind', headerName: 'What', flex: 1, minWidth: 140, valueFormatter: (kind: string) => kindWords(kind) },
  {
    field: 'state',
    headerName: 'State',
    width: 92,
    valueFormatter: (state: Job['state']) => stateWords[state],
  },
  {
    field: 'error',
    headerName: 'How it goes',
    flex: 2,
    minWidth: 180,
    sortable: false,
    valueGetter: (_, job) => howItGoes(job),
  },
  {
    field: 'dueAt',
    headerName: 'Due',
    width: 160,
    valueFormatter: formatDateTime,
  },
  { field: 'finishedAt', headerName: 'Ended', width: 160, valueFormatter: maybe },
  {
    field: 'creator',
    headerName: 'Asked for by',
    width: 140,
    sortable: false,
    valueGetter: (_, job) => job.creator ?? 'Schedule',
  },
];

const stepsOf = ({ state }: Job): Step[] => {
  if (state === 'waiting') return ['retry', 'cancel'];
  return state === 'running' ? ['cancel'] : state === 'done' ? [] : ['retry'];
};

const menuOf = (onStep: (asked: { job: Job; step: Step }) => void) =>
  rowMenuColumn<Job>(
    ({ id, kind }) => `job ${id}, ${kindWords(kind)}`,
    (job) => stepsOf(job).map((step) => ({ label: words[step].title, run: () => onStep({ job, step }) })),
  );
