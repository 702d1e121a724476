import { authEndpoints } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Navigate, useSearchParams } from 'react-router';
import { callApi } from '../../lib/api.ts';
import { enter, me } from '../../lib/session.ts';
import { SessionForm } from './session-form.tsx';

export function SignInPage() {
  const client = useQueryClient();
  // Only what is known already: the page has a form, so it need not ask first.
  const { data: user } = useQuery({ ...me, enabled: false });
  const [params] = useSearchParams();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isIncomplete, setIncomplete] = useState(false);
  const signIn = useMutation({
    mutationFn: () => callApi(authEndpoints.signIn, { body: { email: email.trim(), password } }),
    onSuccess: (signedIn) => enter(client, signedIn),
  });

  if (user) return <Navigate to={insideAddress(params.get('to'))} replace />;

  function submit() {
    const isMissing = !email.trim() || !password;
    setIncomplete(isMissing);
    if (!isMissing) signIn.mutate();
  }
  return (
    <SessionForm
      title="Sign in"
      error={isIncomplete ? 'Fill in your e-mail address and your password.' : signIn.error}
      onSubmit={submit}
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocus
        size="medium"
        value={email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        size="medium"
        value={password}
        onChange={({ target }) => setPassword(target.value)}
      />
      <Button type="submit" variant="contained" size="large" loading={signIn.isPending}>
        Sign in
      </Button>
    </SessionForm>
  );
}

/** Only ever an address of this app: a link to the sign-in page must not lead elsewhere. */
export const insideAddress = (to: string | null) => (to && /^\/(?![/\\])/.test(to) ? to : '/');
