import { describeMaster, masterEndpoints, type Master, type MasterKind } from '@opex/contracts/masters';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Link from '@mui/material/Link';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { DataList } from '../../domain/lists/data-list.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { mastersKey } from '../../domain/masters.queries.ts';
import { useMay } from '../../lib/session.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { MasterDialog, type MasterTask } from './master-dialog.tsx';

/** The filter of the tracker that shows what uses one of these. */
const trackerFilter: Record<MasterKind, string> = {
  vendors: 'vendor',
  towers: 'tower',
  'budget-heads': 'budgetHead',
  entities: 'entity',
  'po-entities': 'poEntity',
  'allocation-types': 'allocationType',
};

export function MasterList({ kind }: { kind: MasterKind }) {
  const may = useMay();
  const mayEdit = may('masters.edit');
  const { task, open, close } = useDialog<MasterTask>(kind);
  const { one, many } = describeMaster[kind];
  const columns = useMemo(() => columnsOf(kind, mayEdit ? open : undefined), [kind, mayEdit, open]);
  const add = mayEdit && (
    <Button variant="contained" onClick={() => open({ verb: 'add' })}>
      Add {one}
    </Button>
  );

  return (
    <>
      <DataList<Master>
        key={kind}
        endpoint={masterEndpoints[kind].list}
        queryKey={mastersKey(kind)}
        label={many}
        columns={columns}
        defaultSort="name"
        searchLabel={`Search ${many.toLowerCase().replace('po ', 'PO ')}`}
        toolbar={add}
        empty={{
          title: `No ${many.toLowerCase()} yet`,
          hint: `Services choose their ${one} from this list.`,
          action: add,
        }}
      />
      {task && <MasterDialog kind={kind} task={task} onClose={close} />}
    </>
  );
}

function columnsOf(kind: MasterKind, start: ((task: MasterTask) => void) | undefined): GridColDef<Master>[] {
  const columns: GridColDef<Master>[] = [
    {
      field: 'name',
      headerName: 'Name',
      flex: 1,
      minWidth: 180,
      renderCell: ({ row }) => (
        <>
          {row.name}
          {row.retired && <Chip label="Retired" sx={{ marginInlineStart: 2 }} />}
        </>
      ),
    },
    {
      field: 'usedBy',
      headerName: 'Used by services',
      width: 140,
      align: 'right',
      headerAlign: 'right',
      renderCell: ({ row, tabIndex }) =>
        row.usedBy === 0 ? '-' : <UsedBy kind={kind} master={row} tabIndex={tabIndex} />,
    },
  ];
  if (!start) return columns;
  const menu = rowMenuColumn<Master>(
    ({ name }) => name,
    (master) => [
      { label: 'Rename', run: () => start({ verb: 'rename', master }) },
      master.retired
        ? { label: 'Reinstate', run: () => start({ verb: 'reinstate', master }) }
        : { label: 'Retire', run: () => start({ verb: 'retire', master }) },
      { label: 'Merge into another', run: () => start({ verb: 'merge', master }) },
      { label: 'Delete', run: () => start({ verb: 'delete', master }) },
    ],
  );
  return [...columns, menu];
}

function UsedBy({ kind, master, tabIndex }: { kind: MasterKind; master: Master; tabIndex: 0 | -1 }) {
  const search = useSharedSearch({ [trackerFilter[kind]]: master.id });
  return (
    <Link
      component={RouterLink}
      to={{ pathname: '/tracker', search }}
      tabIndex={tabIndex}
      aria-label={`${master.usedBy} services use ${master.name}`}
    >
      {master.usedBy}
    </Link>
  );
}
