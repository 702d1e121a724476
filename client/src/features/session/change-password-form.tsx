import { authEndpoints, type SignedIn } from '@opex/contracts/auth';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { callApi } from '../../lib/api.ts';
import { SessionForm } from './session-form.tsx';

const shortest = 12;

type Props = { isLayer?: boolean; onChanged: (signedIn: SignedIn) => void };

export function ChangePasswordForm({ isLayer = false, onChanged }: Props) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [complaint, setComplaint] = useState<string | null>(null);
  const change = useMutation({
    mutationFn: () => callApi(authEndpoints.changePassword, { body: { current, next } }),
    onSuccess: onChanged,
  });

  function submit() {
    const wrong = complaintAbout(current, next, again);
    setComplaint(wrong);
    if (!wrong) change.mutate();
  }
  return (
    <SessionForm
      title="Choose your password"
      isLayer={isLayer}
      hint={`Yours was given to you. Choose one of at least ${shortest} characters that only you know, such as four or five words that have nothing to do with each other.`}
      error={complaint ?? change.error}
      onSubmit={submit}
    >
      <Password
        label="Password you were given"
        name="current-password"
        value={current}
        onChange={setCurrent}
        autoFocus
      />
      <Password label="New password" name="new-password" value={next} onChange={setNext} />
      <Password label="New password again" name="new-password" value={again} onChange={setAgain} />
      <Button type="submit" variant="contained" size="large" loading={change.isPending}>
        Change password
      </Button>
    </SessionForm>
  );
}

function complaintAbout(current: string, next: string, again: string): string | null {
  if (!current) return 'Fill in the password you were given.';
  if (next.length < shortest) return `Use at least ${shortest} characters.`;
  if (next !== again) return 'The two new passwords differ.';
  return null;
}

type PasswordProps = {
  label: string;
  name: string;
  value: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
};
function Password({ label, name, value, onChange, autoFocus = false }: PasswordProps) {
  return (
    <TextField
      label={label}
      type="password"
      size="medium"
      autoComplete={name}
      autoFocus={autoFocus}
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
