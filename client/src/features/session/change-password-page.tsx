import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate } from 'react-router-dom';
import { enter, me } from '../../lib/session.ts';
import { ChangePasswordForm } from './change-password-form.tsx';

/** A person with a temporary password chooses a new one before anything else. */
export function ChangePasswordPage() {
  const client = useQueryClient();
  const { data: user } = useQuery(me);

  if (user === null) return <Navigate to="/sign-in" replace />;
  if (user && !user.mustChangePassword) return <Navigate to="/" replace />;
  return <ChangePasswordForm onChanged={(signedIn) => enter(client, signedIn)} />;
}
