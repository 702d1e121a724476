import { apiKeyEndpoints, type NewApiKey } from '@opex/contracts/api-keys';
import { keyPermissions, permissionWords, type KeyPermission } from '@opex/contracts/permissions';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormGroup from '@mui/material/FormGroup';
import FormLabel from '@mui/material/FormLabel';
import TextField from '@mui/material/TextField';
import { FormDialog } from '../../components/form-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { useUser } from '../../lib/session.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';

type Props = { onMade: (key: NewApiKey) => void; onClose: () => void };

const longestDays = 366;

/** Where what is typed is kept. */
export const apiKeyPlace = 'api-key';
const newKey: { name: string; days: string; permissions: KeyPermission[] } = { name: '', days: '90', permissions: [] };

export function ApiKeyDialog({ onMade, onClose }: Props) {
  const own = useUser().permissions;
  const { draft, set, isChanged } = useDraft(apiKeyPlace, newKey);
  const { name, days, permissions } = draft;
  const expiresInDays = Number(days);
  const write = useWrite(() => callApi(apiKeyEndpoints.create, { body: { name, permissions, expiresInDays } }), onMade);
  const toggle = (permission: KeyPermission, isOn: boolean) =>
    set({ permissions: isOn ? [...permissions, permission] : permissions.filter((one) => one !== permission) });
  const isDays = /^\d+$/.test(days) && expiresInDays >= 1 && expiresInDays <= longestDays;

  return (
    <FormDialog
      title="Make an API key"
      confirmLabel="Make"
      isBusy={write.isPending}
      isChanged={isChanged}
      isIncomplete={name.trim() === '' || permissions.length === 0 || !isDays}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      <TextField
        label="Name"
        helperText="What uses it"
        value={name}
        onChange={({ target }) => set({ name: target.value })}
        autoFocus
        slotProps={{ htmlInput: { maxLength: 100 } }}
      />
      <TextField
        label="Days until it ends"
        value={days}
        onChange={({ target }) => set({ days: target.value })}
        error={!isDays}
        helperText={`1 to ${longestDays}`}
        slotProps={{ htmlInput: { inputMode: 'numeric' } }}
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
