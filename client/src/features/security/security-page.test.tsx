import { outcomeOf } from '@opex/contracts/security-events';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/render-page.tsx';
import { SecurityPage } from './security-page.tsx';
import { eventWords } from './security-words.ts';

const failed = {
  id: 9,
  at: '2026-01-02T10:00:00Z',
  lastAt: '2026-01-02T10:00:40Z',
  times: 41,
  event: 'authn_login_fail',
  outcome: 'failure',
  userId: 1,
  subject: 'ravi@example.test',
  address: '192.0.2.7',
  requestId: 'r-9',
  details: { method: 'POST', route: '/api/auth/sign-in', why: 'E-mail or password is not right' },
};
const page = { data: [failed], pagination: { page: 1, limit: 50, total: 1, pages: 1, next: null } };
const open = (address = '/security') =>
  renderPage(<SecurityPage />, {
    address,
    answers: ({ path }) => (path === '/api/security-events' ? page : undefined),
  });

test('an attack can be seen: what, how often, against whom, from where', async () => {
  open();
  const row = (await screen.findByText('ravi@example.test')).closest('[role=row]') as HTMLElement;
  for (const words of ['Wrong e-mail or password', 'Failure', '41', '192.0.2.7', 'r-9']) within(row).getByText(words);
  within(row).getByText('POST, /api/auth/sign-in, E-mail or password is not right');
});

test('what is filtered is asked for, and stands in the address', async () => {
  const { asked } = open('/security?outcome=refused&page=3');
  await screen.findByText('ravi@example.test');
  await userEvent.click(screen.getByRole('combobox', { name: 'What happened' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Without permission' }));
  await waitFor(() => {
    const last = asked.filter(({ path }) => path === '/api/security-events').at(-1);
    expect(String(last?.query)).toContain('event=authz_fail');
    expect(String(last?.query)).toContain('outcome=refused');
    expect(String(last?.query)).not.toContain('page=3');
  });
});

test('everything that can happen has words', () => {
  for (const event of Object.keys(outcomeOf)) expect(eventWords(event)).not.toBe(event);
});
