import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import type { SyntheticEvent } from 'react';
import { wordsOf } from '../../components/states.tsx';
import { NewPasswordFields, useNewPassword } from '../../domain/new-password.tsx';
import { notify } from '../../lib/notices.ts';
import { renew } from '../../lib/session.ts';

export function ChangePassword() {
  const client = useQueryClient();
  const { form, submit, isBusy } = useNewPassword('Current password', (signedIn, revokeKeys) => {
    void renew(client, signedIn);
    const keys = revokeKeys ? ' and every API key of yours is revoked' : '';
    notify(`Your password is changed. Every other session has ended${keys}.`, { tone: 'success' });
  });
  return (
    <form
      onSubmit={(event: SyntheticEvent) => {
        event.preventDefault();
        submit();
      }}
      noValidate
      aria-label="Change password"
    >
      <Stack spacing={3} sx={{ maxWidth: 360, alignItems: 'stretch' }}>
        <NewPasswordFields form={form} />
        <FormControlLabel
          control={<Checkbox checked={form.draft.revokeKeys} onChange={(_, isOn) => form.change('revokeKeys', isOn)} />}
          label="Also revoke my API keys"
        />
        {form.error !== null && (
          <Typography role="alert" color="error">
            {wordsOf(form.error)}
          </Typography>
        )}
        <Button type="submit" variant="contained" disabled={isBusy} sx={{ alignSelf: 'flex-start' }}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}
