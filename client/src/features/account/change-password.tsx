import { authEndpoints } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import Stack from '@mui/material/Stack';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { wordsOf } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { renew } from '../../lib/session.ts';

const shortest = 12;
const nothing = { current: '', next: '', again: '' };

export function ChangePassword() {
  const client = useQueryClient();
  const [typed, setTyped] = useState(nothing);
  const [revokeKeys, setRevokeKeys] = useState(false);
  const [complaint, setComplaint] = useState('');
  const change = useMutation({
    mutationFn: ({ current, next }: typeof nothing) =>
      callApi(authEndpoints.changePassword, { body: { current, next, revokeKeys } }),
    onSuccess: (signedIn) => {
      void renew(client, signedIn);
      setTyped(nothing);
      setRevokeKeys(false);
      const keys = revokeKeys ? ' and every API key of yours is revoked' : '';
      notify(`Your password is changed. Every other session has ended${keys}.`, { tone: 'success' });
    },
  });
  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const wrong = complaintAbout(typed);
    setComplaint(wrong);
    if (!wrong) change.mutate(typed);
  }
  const field = (name: keyof typeof nothing, label: string, autoComplete: string) => (
    <TextField
      label={label}
      type="password"
      autoComplete={autoComplete}
      value={typed[name]}
      onChange={({ target }) => setTyped({ ...typed, [name]: target.value })}
    />
  );
  const problem = complaint || (change.error ? wordsOf(change.error) : '');
  return (
    <form onSubmit={submit} noValidate aria-label="Change password">
      <Stack spacing={3} sx={{ maxWidth: 360, alignItems: 'stretch' }}>
        {field('current', 'Current password', 'current-password')}
        {field('next', 'New password', 'new-password')}
        {field('again', 'New password again', 'new-password')}
        <FormControlLabel
          control={<Checkbox checked={revokeKeys} onChange={(_, isOn) => setRevokeKeys(isOn)} />}
          label="Also revoke my API keys"
        />
        {problem && (
          <Typography role="alert" color="error">
            {problem}
          </Typography>
        )}
        <Button type="submit" variant="contained" disabled={change.isPending} sx={{ alignSelf: 'flex-start' }}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}

function complaintAbout({ current, next, again }: typeof nothing): string {
  if (!current) return 'Fill in your current password.';
  if (next.length < shortest) return `Use at least ${shortest} characters.`;
  return next === again ? '' : 'The two new passwords differ.';
}
