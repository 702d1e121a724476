import { describeRole, granted, roles } from '@opex/contracts/permissions';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { ApiKeysPage } from './api-keys-page.tsx';
import { UsersPage } from './users-page.tsx';

const asha = {
  id: 1,
  email: 'asha@example.test',
  name: 'Asha',
  role: 'Admin',
  entityIds: null,
  disabled: false,
  lastSeenAt: null,
  createdAt: '2026-01-01T00:00:00Z',
  version: 4,
};
const pagination = { page: 1, limit: 50, total: 1, pages: 1, next: null };

const open = (more: Answers) =>
  renderPage(<UsersPage />, {
    answers: (asked) => {
      if (asked.method !== 'GET') return more(asked);
      if (asked.path === '/api/users') return { data: [asha], pagination };
      if (asked.path === '/api/roles')
        return {
          data: roles.map((role) => ({ role, description: describeRole[role], permissions: [...granted[role]] })),
        };
      return asked.path === '/api/entities' ? { data: [], pagination: { ...pagination, total: 0 } } : undefined;
    },
  });

test('a new user comes with a temporary password that is shown until it is put away, and never again', async () => {
  const { asked } = open(() =>
    Response.json(
      {
        ...asha,
        id: 2,
        name: 'Ravi',
        temporaryPassword: 'quiet-river-81',
        temporaryPasswordExpiresAt: '2026-01-05T10:00:00Z',
      },
      { status: 201 },
    ),
  );

  await userEvent.click(await screen.findByRole('button', { name: 'Add user' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('Name'), 'Ravi');
  await userEvent.type(within(dialog).getByLabelText('E-mail'), 'ravi@example.test');
  await within(dialog).findByText(`${describeRole.Viewer}.`);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Add' }));

  await screen.findByText('quiet-river-81');
  screen.getByText(/It works until .*2026.*, 72 hours from now/);
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    email: 'ravi@example.test',
    name: 'Ravi',
    role: 'Viewer',
    entityIds: null,
  });
  await userEvent.click(screen.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('quiet-river-81')).toBeNull();
});

test('a role says what it needs all entities for, once only some are chosen', async () => {
  open(() => undefined);
  await userEvent.click(await screen.findByRole('button', { name: 'Add user' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Role' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Approver' }));
  await within(dialog).findByText(/keep master data/);
  expect(within(dialog).queryByText(/Only with all entities/)).toBeNull();
  await userEvent.click(within(dialog).getByLabelText('Only chosen ones'));
  within(dialog).getByText('Only with all entities: keep master data, keep currency rates, keep allocation keys');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' })); // what is typed would be kept
});

test('the last administrator stays: the server says so', async () => {
  const words = 'This is the last administrator; make somebody else one first';
  open(() => problemAnswer(409, words));

  await userEvent.click(await screen.findByRole('button', { name: 'Change Asha' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Disable' }));
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Disable' }));

  expect((await screen.findByRole('alert')).textContent).toBe(words);
});

test('the key of anybody can be revoked while it lives, after a question', async () => {
  const key = {
    id: 7,
    userId: 1,
    user: 'Asha',
    email: 'asha@example.test',
    name: 'Loader',
    prefix: 'opex_ab',
    permissions: ['budgets.view'],
    createdAt: '2026-01-01T00:00:00Z',
    expiresAt: '2027-01-01T00:00:00Z',
    lastUsedAt: null,
    revokedAt: null,
    state: 'Live',
  };
  const old = { ...key, id: 8, name: 'Old loader', state: 'Expired' };
  const { asked } = renderPage(<ApiKeysPage />, {
    answers: ({ method, path }) => {
      if (method === 'DELETE') return new Response(null, { status: 204 });
      return path === '/api/api-keys/everybody' ? { data: [key, old], pagination } : undefined;
    },
  });

  await userEvent.click(await screen.findByRole('button', { name: 'Change Loader of Asha' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Revoke' }));
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Revoke' }));

  await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.path).toBe('/api/api-keys/everybody/7'));
  expect(screen.queryByRole('button', { name: 'Change Old loader of Asha' })).toBeNull();
});

test('what somebody else changed of a user meanwhile stays, when it is something else', async () => {
  const now = { ...asha, name: 'Asha Rao', version: 5 };
  const { asked } = renderPage(<UsersPage />, {
    answers: ({ method, path, headers }) => {
      if (method === 'PATCH') return headers.get('if-match') === '"v5"' ? now : problemAnswer(412, 'Changed');
      if (path === '/api/users') return { data: [asha], pagination };
      return path === '/api/users/1' ? now : { data: [], pagination };
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Change Asha' }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Role and entities' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Role' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Approver' }));
  await userEvent.click(within(dialog).getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
    { role: 'Approver' },
    { role: 'Approver' },
  ]);
});
