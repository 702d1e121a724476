import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useSearchParams } from 'react-router-dom';
import { enter, me } from '../../lib/session.ts';
import { SignInForm } from './sign-in-form.tsx';

export function SignInPage() {
  const client = useQueryClient();
  // This page does not ask the server who is signed in: it uses only what is known already.
  const { data: user } = useQuery({ ...me, enabled: false });
  const [params] = useSearchParams();

  if (user) return <Navigate to={insideAddress(params.get('to'))} replace />;
  return <SignInForm title="Sign in" onSignedIn={(signedIn) => enter(client, signedIn)} />;
}

/** Only ever an address of this app: a link to the sign-in page must not lead elsewhere. */
export const insideAddress = (to: string | null) => (to && /^\/(?![/\\])/.test(to) ? to : '/');
