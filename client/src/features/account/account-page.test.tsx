import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { AccountPage } from './account-page.tsx';

const chrome = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36';
const session = (id: number, current: boolean) => ({
  id,
  createdAt: '2026-01-01T00:00:00Z',
  lastSeenAt: '2026-01-01T00:00:00Z',
  address: '10.0.0.1',
  userAgent: chrome,
  current,
});

const asha = {
  id: 1,
  email: 'asha@example.test',
  name: 'Asha',
  role: 'Admin',
  entityIds: null,
  mustChangePassword: false,
};

const open = (more: Answers) =>
  renderPage(<AccountPage />, {
    answers: (asked) => {
      if (asked.method !== 'GET') return more(asked);
      if (asked.path === '/api/subscriptions') return { dailySummary: false, sentAt: '03:30', mailsAreSent: true };
      return asked.path === '/api/auth/sessions' ? { data: [session(1, true), session(2, false)] } : { data: [] };
    },
  });

test('another session can be ended, this one not', async () => {
  const { asked } = open(() => new Response(null, { status: 204 }));
  await userEvent.click(await screen.findByRole('button', { name: 'End session of Chrome on Windows' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.path).toBe('/api/auth/sessions/2'));
});

test('a summary by mail is asked for with a switch, where mails are sent', async () => {
  const told = { dailySummary: false, sentAt: '03:30', mailsAreSent: true };
  const { asked } = renderPage(<AccountPage />, {
    answers: ({ path, method }) => {
      if (path !== '/api/subscriptions') return { data: [] };
      return method === 'GET' ? told : { ...told, dailySummary: true };
    },
  });
  await userEvent.click(await screen.findByRole('switch', { name: 'Send me a summary every morning' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ dailySummary: true }));
});

test('it says when no mails are sent', async () => {
  renderPage(<AccountPage />, {
    answers: ({ path }) =>
      path === '/api/subscriptions' ? { dailySummary: false, sentAt: '03:30', mailsAreSent: false } : { data: [] },
  });
  await screen.findByText(/This installation sends no mails/);
  expect(screen.getByRole<HTMLInputElement>('switch').disabled).toBe(true);
});

test('a key is shown once', async () => {
  const made = {
    id: 3,
    name: 'Loader',
    prefix: 'opex_ab',
    permissions: ['budgets.view'],
    createdAt: '2026-01-01T00:00:00Z',
    expiresAt: '2027-01-01T00:00:00Z',
    lastUsedAt: null,
    revokedAt: null,
  };
  const { asked } = open(() => Response.json({ ...made, key: 'opex_ab_secret' }, { status: 201 }));

  await userEvent.click(await screen.findByRole('button', { name: 'Make a key' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('Name'), 'Loader');
  await userEvent.click(within(dialog).getByRole('checkbox', { name: 'see budgets' }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Make' }));

  await screen.findByText('opex_ab_secret');
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    name: 'Loader',
    permissions: ['budgets.view'],
    expiresInDays: 90,
  });
  await userEvent.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('opex_ab_secret')).toBeNull();
});

test('two different new passwords are not sent', async () => {
  const { asked } = open(() => undefined);
  await userEvent.type(await screen.findByLabelText('Current password'), 'old password 1');
  await userEvent.type(screen.getByLabelText('New password'), 'a new password 1');
  await userEvent.type(screen.getByLabelText('New password again'), 'a new password 2');
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  expect((await screen.findByRole('alert')).textContent).toBe('The two new passwords differ');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('New password again')));
  expect(asked.some(({ method }) => method === 'POST')).toBe(false);
});

test('that they differ is said as long as it is so, whichever of the two is changed', async () => {
  open(() => undefined);
  await userEvent.type(await screen.findByLabelText('Current password'), 'old password 1');
  const [next, again] = [screen.getByLabelText('New password'), screen.getByLabelText('New password again')];
  await userEvent.type(next, 'a new password 1');
  await userEvent.type(again, 'a new password 12');
  await userEvent.tab();
  expect((await screen.findByRole('alert')).textContent).toBe('The two new passwords differ');
  await userEvent.type(next, '2');
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(again.getAttribute('aria-invalid')).toBe('false');
  await userEvent.type(next, '3');
  expect((await screen.findByRole('alert')).textContent).toBe('The two new passwords differ');
  expect(again.getAttribute('aria-invalid')).toBe('true');
});

test('a wrong password is said at its field, and no password is kept by the browser', async () => {
  const words = 'This is not your password';
  const { asked } = open(() =>
    problemAnswer(422, 'Some fields are not valid', {
      errors: [{ pointer: '/current', code: 'rule', message: words }],
    }),
  );
  await userEvent.type(await screen.findByLabelText('Current password'), 'old password 1');
  await userEvent.type(screen.getByLabelText('New password'), 'a new password 1');
  await userEvent.type(screen.getByLabelText('New password again'), 'a new password 1');
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));

  await screen.findByText(words, { selector: '.MuiFormHelperText-root' });
  expect(screen.queryByRole('alert')).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Current password')));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    current: 'old password 1',
    next: 'a new password 1',
    revokeKeys: false,
  });
  expect(JSON.stringify([sessionStorage, localStorage].map((storage) => Object.entries(storage)))).not.toMatch(
    /old password|new password/,
  );
});

test('after a new password the sessions that have ended are gone from the list', async () => {
  let isChanged = false;
  renderPage(<AccountPage />, {
    answers: ({ method, path }) => {
      if (path === '/api/auth/sessions')
        return { data: isChanged ? [session(3, true)] : [session(1, true), session(2, false)] };
      if (method === 'GET') return { data: [] };
      isChanged = true;
      return { user: { ...asha, permissions: [] }, csrfToken: 'new' };
    },
  });
  await screen.findByRole('button', { name: 'End session of Chrome on Windows' });
  await userEvent.type(await screen.findByLabelText('Current password'), 'old password 1');
  await userEvent.type(screen.getByLabelText('New password'), 'a new password 1');
  await userEvent.type(screen.getByLabelText('New password again'), 'a new password 1');
  await userEvent.click(screen.getByRole('button', { name: 'Change password' }));
  await waitFor(() => expect(screen.queryByRole('button', { name: /^End session/ })).toBeNull());
});
