import { roles, type Role } from '@opex/contracts/permissions';
import { userEndpoints, type User, type UserWithPassword } from '@opex/contracts/users';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { FormDialog } from '../../components/form-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { EntityScope } from './entity-scope.tsx';
import { RoleMeaning } from './role-meaning.tsx';
import { usersPlace } from './users.queries.ts';

type Props = { user?: User; onAdded: (user: UserWithPassword) => void; onClose: () => void };

type Draft = Pick<User, 'name' | 'email' | 'role' | 'entityIds'>;
const nobodyYet: Draft = { name: '', email: '', role: 'Viewer', entityIds: null };
const fieldsOf = ({ name, email, role, entityIds }: User): Draft => ({ name, email, role, entityIds });

export function UserDialog({ user, onAdded, onClose }: Props) {
  const { draft, set, isChanged } = useDraft(usersPlace, user ? fieldsOf(user) : nobodyYet);
  const { name, email, role, entityIds } = draft;
  const add = useWrite(() => callApi(userEndpoints.create, { body: { email, name, role, entityIds } }), onAdded);
  const change = useWrite(
    ({ id, version }: User) =>
      callApi(userEndpoints.update, { params: { id }, version, body: { name, role, entityIds } }),
    onClose,
  );

  return (
    <FormDialog
      title={user ? `Change ${user.name}` : 'Add user'}
      confirmLabel={user ? 'Save' : 'Add'}
      maxWidth="sm"
      isChanged={isChanged}
      isBusy={add.isPending || change.isPending}
      isIncomplete={name.trim() === '' || email.trim() === ''}
      error={add.error ?? change.error}
      onConfirm={() => (user ? change.mutate(user) : add.mutate())}
      onCancel={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={({ target }) => set({ name: target.value })}
        autoFocus
        slotProps={{ htmlInput: { maxLength: 100 } }}
      />
      <TextField
        label="E-mail"
        type="email"
        value={email}
        onChange={({ target }) => set({ email: target.value })}
        disabled={user !== undefined}
        slotProps={{ htmlInput: { maxLength: 254, autoComplete: 'off' } }}
      />
      <TextField select label="Role" value={role} onChange={({ target }) => set({ role: target.value as Role })}>
        {roles.map((one) => (
          <MenuItem key={one} value={one}>
            {one}
          </MenuItem>
        ))}
      </TextField>
      <RoleMeaning role={role} seesAll={entityIds === null} />
      <EntityScope entityIds={entityIds} onChange={(next) => set({ entityIds: next })} />
    </FormDialog>
  );
}
