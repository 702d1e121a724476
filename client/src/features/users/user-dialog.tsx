import { roles } from '@opex/contracts/permissions';
import {
  createUserBody,
  userEndpoints,
  type CreateUserBody,
  type UpdateUserBody,
  type User,
  type UserWithPassword,
} from '@opex/contracts/users';
import { useQueryClient } from '@tanstack/react-query';
import { FormChoice } from '../../components/form/form-choice.tsx';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { changedFields, fieldDifferences, withoutFields } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import { EntityScope } from './entity-scope.tsx';
import { RoleMeaning } from './role-meaning.tsx';
import { userById, usersPlace } from './users.queries.ts';

type Props = { user?: User; onAdded: (user: UserWithPassword) => void; onClose: () => void };

type Draft = Pick<User, 'name' | 'email' | 'role' | 'entityIds'>;
const nobodyYet: Draft = { name: '', email: '', role: 'Viewer', entityIds: null };
const fieldsOf = ({ name, email, role, entityIds }: User): Draft => ({ name, email, role, entityIds });

export function UserDialog({ user, onAdded, onClose }: Props) {
  const add = useWrite((body: CreateUserBody) => callApi(userEndpoints.create, { body }), onAdded);
  const client = useQueryClient();
  const format = useFormat();
  const change = useGuardedWrite<User, UpdateUserBody, User>(
    {
      send: (body, { id, version }) => callApi(userEndpoints.update, { params: { id }, version, body }),
      load: ({ id }) => client.query({ ...userById(id), staleTime: 0 }),
      differences: fieldDifferences(format),
      without: withoutFields,
    },
    onClose,
  );
  const form = useDialogForm({
    place: usersPlace,
    initial: user ? fieldsOf(user) : nobodyYet,
    titles: { name: 'Name', email: 'E-mail', role: 'Role' },
    schema: createUserBody,
    error: add.error ?? change.error,
  });
  const { role, entityIds } = form.draft;
  const dialog = form.dialog(({ email, ...body }) =>
    user ? change.mutate({ mine: changedFields(body, user), seen: user }) : add.mutate({ email, ...body }),
  );

  return (
    <>
      <FormDialog
        title={user ? `Change ${user.name}` : 'Add user'}
        confirmLabel={user ? 'Save' : 'Add'}
        maxWidth="sm"
        {...dialog}
        isBusy={add.isPending || change.isPending}
        onCancel={onClose}
      >
        <FormField form={form} name="name" autoFocus />
        <FormField
          form={form}
          name="email"
          type="email"
          disabled={user !== undefined}
          input={{ autoComplete: 'off' }}
        />
        <FormChoice form={form} name="role" choices={roles} />
        <RoleMeaning role={role} seesAll={entityIds === null} />
        <EntityScope entityIds={entityIds} onChange={(next) => form.change('entityIds', next)} />
      </FormDialog>
      {change.conflict}
    </>
  );
}
