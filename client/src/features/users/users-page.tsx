import { userEndpoints, type User, type UserWithPassword } from '@opex/contracts/users';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import type { GridColDef } from '@mui/x-data-grid';
import { useMemo, useState } from 'react';
import { DataList } from '../../domain/lists/data-list.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { ShownOnce } from '../../components/shown-once.tsx';
import { formatDateTime, whenOrNever } from '../../domain/amounts/format.ts';
import { useEntities } from '../../domain/masters.queries.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useMay } from '../../lib/session.ts';
import { DisableDialog, ResetDialog } from './access-dialogs.tsx';
import { UserDialog } from './user-dialog.tsx';
import { UsersHeader } from './users-header.tsx';
import { usersKey, usersPlace } from './users.queries.ts';

type Task = { verb: 'add' } | { verb: 'edit' | 'disable' | 'reset'; user: User };

export function UsersPage() {
  const may = useMay();
  const mayEdit = may('users.edit');
  const { task, open, close } = useDialog<Task>(usersPlace);
  const [given, setGiven] = useState<UserWithPassword | null>(null);
  const entityNames = useEntityNames();
  const columns = useMemo(() => columnsOf(entityNames, mayEdit ? open : undefined), [entityNames, mayEdit, open]);
  const give = (user: UserWithPassword) => {
    setGiven(user);
    close();
  };

  return (
    <>
      <UsersHeader place="users">
        {mayEdit && (
          <Button variant="contained" onClick={() => open({ verb: 'add' })}>
            Add user
          </Button>
        )}
      </UsersHeader>
      {given && (
        <ShownOnce
          label={`Temporary password of ${given.name}, to be changed at the first sign-in. It works until ${formatDateTime(given.temporaryPasswordExpiresAt)}, 72 hours from now`}
          secret={given.temporaryPassword}
          onDone={() => setGiven(null)}
        />
      )}
      <DataList<User>
        endpoint={userEndpoints.list}
        queryKey={usersKey}
        label="Users"
        columns={columns}
        defaultSort="name"
        searchLabel="Search users"
        empty={{ title: 'No users yet' }}
      />
      {task?.verb === 'add' && <UserDialog onAdded={give} onClose={close} />}
      {task?.verb === 'edit' && <UserDialog user={task.user} onAdded={give} onClose={close} />}
      {task?.verb === 'disable' && <DisableDialog user={task.user} onClose={close} />}
      {task?.verb === 'reset' && <ResetDialog user={task.user} onGiven={give} onClose={close} />}
    </>
  );
}

function useEntityNames() {
  const entities = useEntities();
  return useMemo(() => new Map(entities.map(({ id, name }) => [id, name])), [entities]);
}

function scopeWords({ entityIds }: User, names: Map<number, string>): string {
  if (entityIds === null) return 'All entities';
  return entityIds.length === 0 ? 'No entity' : entityIds.map((id) => names.get(id) ?? `#${id}`).join(', ');
}

function columnsOf(names: Map<number, string>, start: ((task: Task) => void) | undefined): GridColDef<User>[] {
  const columns: GridColDef<User>[] = [
    {
      field: 'name',
      headerName: 'Name',
      flex: 1,
      minWidth: 160,
      renderCell: ({ row }) => (
        <>
          {row.name}
          {row.disabled && <Chip label="Disabled" sx={{ marginInlineStart: 2 }} />}
        </>
      ),
    },
    { field: 'email', headerName: 'E-mail', flex: 1, minWidth: 200 },
    { field: 'role', headerName: 'Role', width: 100 },
    {
      field: 'entityIds',
      headerName: 'Sees',
      flex: 1,
      minWidth: 140,
      sortable: false,
      valueGetter: (_, row) => scopeWords(row, names),
    },
    {
      field: 'lastSeenAt',
      headerName: 'Last seen',
      width: 160,
      valueFormatter: whenOrNever,
    },
  ];
  if (!start) return columns;
  const menu = rowMenuColumn<User>(
    ({ name }) => name,
    (user) => [
      { label: 'Role and entities', run: () => start({ verb: 'edit', user }) },
      { label: 'Reset password', run: () => start({ verb: 'reset', user }) },
      { label: user.disabled ? 'Enable' : 'Disable', run: () => start({ verb: 'disable', user }) },
    ],
  );
  return [...columns, menu];
}
