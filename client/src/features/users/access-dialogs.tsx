import { userEndpoints, type User, type UserWithPassword } from '@opex/contracts/users';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';

export function DisableDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const { id, version, name, disabled } = user;
  const verb = disabled ? 'Enable' : 'Disable';
  const write = useWrite(
    () => callApi(userEndpoints.update, { params: { id }, version, body: { disabled: !disabled } }),
    onClose,
  );
  return (
    <ConfirmDialog
      title={`${verb} ${name}`}
      confirmLabel={verb}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      {disabled
        ? 'This person can sign in again with the password they had.'
        : 'Every session of this person ends now, and nobody can sign in as them. What they did stays in the log.'}
    </ConfirmDialog>
  );
}

type ResetProps = { user: User; onGiven: (user: UserWithPassword) => void; onClose: () => void };

export function ResetDialog({ user: { id, name }, onGiven, onClose }: ResetProps) {
  const write = useWrite(() => callApi(userEndpoints.resetPassword, { params: { id } }), onGiven);
  return (
    <ConfirmDialog
      title={`Reset the password of ${name}`}
      confirmLabel="Reset password"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      Every session of this person ends, and their API keys wait until the password is changed. You get a temporary
      password to hand over; it works for 72 hours.
    </ConfirmDialog>
  );
}
