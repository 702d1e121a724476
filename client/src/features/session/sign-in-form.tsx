import { authEndpoints, type SignedIn } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { callApi } from '../../lib/api.ts';
import { SessionForm } from './session-form.tsx';

type Props = {
  title: string;
  isLayer?: boolean;
  hint?: ReactNode;
  /** The person who is expected to sign in. */
  initialEmail?: string;
  onSignedIn: (signedIn: SignedIn) => void;
};

export function SignInForm({ initialEmail = '', onSignedIn, ...form }: Props) {
  const [email, setEmail] = useState(initialEmail);
  const [password, setPassword] = useState('');
  const [isIncomplete, setIncomplete] = useState(false);
  const signIn = useMutation({
    mutationFn: () => callApi(authEndpoints.signIn, { body: { email: email.trim(), password } }),
    onSuccess: onSignedIn,
  });

  function submit() {
    const isMissing = !email.trim() || !password;
    setIncomplete(isMissing);
    if (!isMissing && !signIn.isPending) signIn.mutate();
  }
  return (
    <SessionForm
      {...form}
      error={isIncomplete ? 'Fill in your e-mail address and your password.' : signIn.error}
      onSubmit={submit}
    >
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocus={initialEmail === ''}
        size="medium"
        value={email}
        onChange={({ target }) => setEmail(target.value)}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        autoFocus={initialEmail !== ''}
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
