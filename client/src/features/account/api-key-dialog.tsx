import { apiKeyEndpoints, createApiKeyBody, type CreateApiKeyBody, type NewApiKey } from '@opex/contracts/api-keys';
import { keyPermissions, permissionWords, type KeyPermission } from '@opex/contracts/permissions';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormLabel from '@mui/material/FormLabel';
import { mostOf } from '../../components/form/contract.ts';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { callApi } from '../../lib/api.ts';
import { useUser } from '../../lib/session.ts';
import { useWrite } from '../../lib/use-write.ts';

type Props = { onMade: (key: NewApiKey) => void; onClose: () => void };

/** Where what is typed is kept. */
export const apiKeyPlace = 'api-key';

type Draft = { name: string; expiresInDays: string; permissions: KeyPermission[] };
const newKey: Draft = { name: '', expiresInDays: '90', permissions: [] };
const bodyOf = ({ expiresInDays, ...draft }: Draft) => ({
  ...draft,
  expiresInDays: expiresInDays.trim() === '' ? undefined : Number(expiresInDays),
});

export function ApiKeyDialog({ onMade, onClose }: Props) {
  const own = useUser().permissions;
  const write = useWrite((body: CreateApiKeyBody) => callApi(apiKeyEndpoints.create, { body }), onMade);
  const form = useDialogForm({
    place: apiKeyPlace,
    initial: newKey,
    titles: { name: 'Name', expiresInDays: 'Days until it ends' },
    schema: createApiKeyBody,
    bodyOf,
    error: write.error,
  });
  const { permissions } = form.draft;
  const toggle = (permission: KeyPermission, isOn: boolean) =>
    form.change('permissions', isOn ? [...permissions, permission] : permissions.filter((one) => one !== permission));

  return (
    <FormDialog
      title="Make an API key"
      confirmLabel="Make"
      isBusy={write.isPending}
      {...form.dialog((body) => write.mutate(body))}
      onCancel={onClose}
    >
      <FormField form={form} name="name" helperText="What uses it" autoFocus />
      <FormField
        form={form}
        name="expiresInDays"
        helperText={`1 to ${mostOf(createApiKeyBody.shape.expiresInDays)}`}
        input={{ inputMode: 'numeric' }}
      />
      <FormGroup role="group" aria-labelledby="key-permissions">
        <FormLabel id="key-permissions">It may</FormLabel>
        {keyPermissions
          .filter((permission) => own.includes(permission))
          .map((permission) => (
            <FormControlLabel
              key={permission}
              control={
                <Checkbox checked={permissions.includes(permission)} onChange={(_, isOn) => toggle(permission, isOn)} />
              }
              label={permissionWords(permission)}
            />
          ))}
      </FormGroup>
    </FormDialog>
  );
}
