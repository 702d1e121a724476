import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, type ReactNode, type SyntheticEvent } from 'react';
import { createPortal } from 'react-dom';
import { useNavigate } from 'react-router-dom';
import { BusyBar } from '../../components/busy-bar.tsx';
import { askAgain, enter, renew, signedInAgain, useUser, type Ended } from '../../lib/session.ts';
import { SessionForm } from './session-form.tsx';
import { SignInForm } from './sign-in-form.tsx';

/** Seldom needed here, and it brings the library of the forms. */
const ChangePasswordForm = lazy(async () => ({
  default: (await import('./change-password-form.tsx')).ChangePasswordForm,
}));

/** Above everything when the session has ended, until its person has signed in again or another account goes on. */
export function SignInLayer({ ended: { other } }: { ended: Ended }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const user = useUser();

  if (other) {
    const goOn = () => {
      enter(client, other);
      void navigate('/');
    };
    return (
      <Layer title="Another account">
        <SessionForm
          isLayer
          title={`You are signed in as ${other.user.name}`}
          hint={`This page was ${user.name}'s. What ${user.name} has typed and not saved is not handed over; it comes back when ${user.name} signs in here again.`}
          onSubmit={goOn}
        >
          <Button type="submit" variant="contained" size="large" autoFocus>
            Go on as {other.user.name}
          </Button>
          <Button size="large" onClick={askAgain}>
            Sign in as {user.name}
          </Button>
        </SessionForm>
      </Layer>
    );
  }
  if (user.mustChangePassword) {
    return (
      <Layer title="Choose your password">
        <Suspense fallback={null}>
          <ChangePasswordForm isLayer onChanged={(signedIn) => void renew(client, signedIn)} />
        </Suspense>
      </Layer>
    );
  }
  return (
    <Layer title="Sign in again">
      <SignInForm
        isLayer
        title="Sign in again"
        hint={`The session of ${user.name} has ended. Sign in to go on where you were; what you typed is kept.`}
        initialEmail={user.email}
        onSignedIn={(signedIn) => signedInAgain(client, signedIn)}
      />
    </Layer>
  );
}

/** The browser's own modal dialog: nothing else can have the focus, not even a dialog that opens later. */
function Layer({ title, children }: { title: string; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const layer = dialog.current;
    if (!layer) return;
    const before = document.activeElement;
    const show = () => {
      if (layer.open) return;
      layer.showModal();
      layer.querySelector<HTMLElement>('input[type=password]')?.focus();
    };
    show();
    const guard = new MutationObserver(() => {
      show();
      // A dialog of the page that opens meanwhile would hide this one from assistive technology.
      if (layer.ariaHidden) layer.ariaHidden = null;
    });
    guard.observe(layer, { attributeFilter: ['aria-hidden', 'open'] });
    return () => {
      guard.disconnect();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);

  return createPortal(
    <Box
      component="dialog"
      ref={dialog}
      aria-label={title}
      onCancel={(event: SyntheticEvent) => event.preventDefault()}
      sx={wholeScreen}
    >
      {children}
      <BusyBar />
    </Box>,
    document.body,
  );
}

const wholeScreen = {
  width: 1,
  height: 1,
  maxWidth: 'none',
  maxHeight: 'none',
  border: 0,
  padding: 0,
  color: 'text.primary',
  bgcolor: 'background.default',
} as const;
