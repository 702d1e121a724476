import { masterMergeEndpoints, type MasterMerge } from '@opex/contracts/master-merges';
import { describeMaster } from '@opex/contracts/masters';
import type { GridColDef } from '@mui/x-data-grid';
import { useState } from 'react';
import { DataList } from '../../domain/lists/data-list.tsx';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime } from '../../domain/amounts/format.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';

/** What was merged, and how to take it back. */
export function Merges() {
  const [undoing, setUndoing] = useState<MasterMerge | null>(null);
  return (
    <>
      <DataList<MasterMerge>
        endpoint={masterMergeEndpoints.list}
        queryKey={['master-merges']}
        label="Merges"
        columns={columnsOf(setUndoing)}
        defaultSort="-at"
        searchLabel="Search merges"
        empty={{
          title: 'Nothing was merged yet',
          hint: 'Two names of one thing are merged in its list, under Change.',
        }}
      />
      {undoing && <UndoDialog merge={undoing} onClose={() => setUndoing(null)} />}
    </>
  );
}

const columnsOf = (undo: (merge: MasterMerge) => void): GridColDef<MasterMerge>[] => [
  { field: 'at', headerName: 'When', width: 160, valueFormatter: (at: string) => formatDateTime(at) },
  {
    field: 'kind',
    headerName: 'What',
    width: 130,
    valueFormatter: (kind: MasterMerge['kind']) => describeMaster[kind].many,
  },
  { field: 'from', headerName: 'Merged', flex: 1, minWidth: 140 },
  { field: 'into', headerName: 'Into', flex: 1, minWidth: 140 },
  { field: 'reason', headerName: 'Reason', flex: 1, minWidth: 140, sortable: false },
  { field: 'actor', headerName: 'By', width: 140 },
  {
    field: 'undoneAt',
    headerName: 'Undone',
    width: 160,
    sortable: false,
    valueFormatter: (at: string | null) => (at === null ? '' : formatDateTime(at)),
  },
  rowMenuColumn<MasterMerge>(
    ({ from, into }) => `the merge of ${from} into ${into}`,
    (merge) => (merge.undoneAt === null ? [{ label: 'Undo', run: () => undo(merge) }] : []),
  ),
];

function UndoDialog({ merge: { id, from, into, version }, onClose }: { merge: MasterMerge; onClose: () => void }) {
  const [idempotencyKey] = useState(newIdempotencyKey);
  const write = useWrite(
    (reason: string) =>
      callApi(masterMergeEndpoints.undo, { params: { id }, version, body: { reason }, idempotencyKey }),
    () => {
      notify(`${from} is there again`);
      onClose();
    },
  );
  return (
    <ReasonDialog
      title={`Undo the merge of ${from} into ${into}`}
      confirmLabel="Undo"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={(reason) => write.mutate(reason)}
      onCancel={onClose}
    >
      {from} comes back, and what the merge moved uses it again, in every year. What was changed to something else since
      then stays as it is.
    </ReasonDialog>
  );
}
