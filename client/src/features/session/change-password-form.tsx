import type { SignedIn } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import { NewPasswordFields, useNewPassword } from '../../domain/new-password.tsx';
import { SessionForm } from './session-form.tsx';

type Props = { isLayer?: boolean; onChanged: (signedIn: SignedIn) => void };

export function ChangePasswordForm({ isLayer = false, onChanged }: Props) {
  const { form, submit, isBusy } = useNewPassword('Password you were given', onChanged);
  return (
    <SessionForm
      title="Choose your password"
      isLayer={isLayer}
      hint="Yours was given to you. Choose one of at least 12 characters that only you know, such as four or five words that have nothing to do with each other."
      error={form.error}
      onSubmit={submit}
    >
      <NewPasswordFields form={form} size="medium" autoFocus />
      <Button type="submit" variant="contained" size="large" loading={isBusy}>
        Change password
      </Button>
    </SessionForm>
  );
}
