import { apiKeyEndpoints, type ApiKeyOfUser } from '@opex/contracts/api-keys';
import { permissionWords } from '@opex/contracts/permissions';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { DataList } from '../../domain/lists/data-list.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDateTime, whenOrNever } from '../../domain/amounts/format.ts';
import { useMay } from '../../lib/session.ts';
import { useWrite } from '../../lib/use-write.ts';
import { UsersHeader } from './users-header.tsx';

/** The API keys of all users, with which programs sign in. */
export function ApiKeysPage() {
  const mayEdit = useMay()('users.edit');
  const [revoking, setRevoking] = useState<ApiKeyOfUser | null>(null);
  const columns = useMemo(() => (mayEdit ? [...shown, menuOf(setRevoking)] : shown), [mayEdit]);
  return (
    <>
      <UsersHeader place="api-keys" />
      <DataList<ApiKeyOfUser>
        endpoint={apiKeyEndpoints.listOfEverybody}
        queryKey={['api-keys', 'everybody']}
        label="API keys of everybody"
        columns={columns}
        defaultSort="-createdAt"
        searchLabel="Search keys and owners"
        empty={{ title: 'No API keys yet', hint: 'People make keys for their programs under Account.' }}
      />
      {revoking && <RevokeDialog apiKey={revoking} onClose={() => setRevoking(null)} />}
    </>
  );
}

function RevokeDialog({ apiKey: { id, name, user }, onClose }: { apiKey: ApiKeyOfUser; onClose: () => void }) {
  const write = useWrite(() => callApi(apiKeyEndpoints.revokeOfAnybody, { params: { id } }), onClose);
  return (
    <ConfirmDialog
      title={`Revoke ${name} of ${user}`}
      confirmLabel="Revoke"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      Programs that use it are refused from now on. Tell {user}: this cannot be undone.
    </ConfirmDialog>
  );
}

const shown: GridColDef<ApiKeyOfUser>[] = [
  { field: 'name', headerName: 'Key', flex: 1, minWidth: 120 },
  {
    field: 'user',
    headerName: 'Owner',
    flex: 1,
    minWidth: 160,
    valueGetter: (_, { user, email }) => `${user}, ${email}`,
  },
  {
    field: 'permissions',
    headerName: 'May',
    flex: 2,
    minWidth: 140,
    sortable: false,
    valueGetter: (_, { permissions }) => permissions.map(permissionWords).join(', '),
  },
  { field: 'state', headerName: 'State', width: 80 },
  { field: 'createdAt', headerName: 'Made', width: 140, valueFormatter: formatDateTime },
  { field: 'lastUsedAt', headerName: 'Last used', width: 140, valueFormatter: whenOrNever },
  { field: 'expiresAt', headerName: 'Until', width: 140, valueFormatter: formatDateTime },
];

function menuOf(onRevoke: (key: ApiKeyOfUser) => void): GridColDef<ApiKeyOfUser> {
  const menu = rowMenuColumn<ApiKeyOfUser>(
    ({ name, user }) => `${name} of ${user}`,
    (key) => [{ label: 'Revoke', run: () => onRevoke(key) }],
  );
  return { ...menu, renderCell: (cell) => (cell.row.state === 'Live' ? menu.renderCell?.(cell) : null) };
}
