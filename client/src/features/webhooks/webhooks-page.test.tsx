import { actions } from '@opex/contracts/changes';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage, type Answers } from '../../test/render-page.tsx';
import { WebhooksPage } from './webhooks-page.tsx';

const ledger = {
  id: 3,
  name: 'Ledger',
  url: 'https://ledger.example.test/hooks',
  events: ['service.updated', 'user.created'],
  isOn: true,
  failingSince: null,
  offBecause: null,
  lastArrivedAt: null,
  createdAt: '2026-01-01T00:00:00Z',
  creator: 'Asha',
  version: 2,
};
const off = { ...ledger, id: 4, name: 'Archive', isOn: false, offBecause: 'Nothing has arrived since Monday' };
const delivery = {
  id: 9,
  state: 'waiting',
  events: 3,
  tries: 2,
  error: 'The other end answered 500',
  createdAt: '2026-01-02T10:00:00Z',
  dueAt: '2026-01-02T10:05:00Z',
  finishedAt: null,
};

const open = (more: Answers = () => undefined, data: object[] = [ledger, off]) =>
  renderPage(<WebhooksPage />, {
    address: '/webhooks',
    answers: (asked) => {
      if (asked.method !== 'GET') return more(asked);
      if (asked.path === '/api/webhooks') return { data };
      return asked.path === '/api/webhooks/3/deliveries' ? { data: [delivery] } : undefined;
    },
  });
const rowOf = async (name: string) => (await screen.findByRole('rowheader', { name })).closest('tr') as HTMLElement;
const choose = async (name: string, item: string) => {
  await userEvent.click(await screen.findByRole('button', { name: `Change ${name}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: item }));
  return screen.findByRole('dialog');
};

test('says which programs are told of what, and how it goes', async () => {
  open();
  const row = within(await rowOf('Ledger'));
  for (const words of ['https://ledger.example.test/hooks', 'On', 'Never', 'Asha']) row.getByText(words);
  row.getByText(/^Services \(1 of \d+\), Users \(1 of \d+\)$/);
  within(await rowOf('Archive')).getByText('Switched off. Nothing has arrived since Monday');
});

test('a new one is told of whole subjects and of single actions; its signing key is shown once', async () => {
  const { asked } = open(() => Response.json({ ...ledger, signingKey: 'whsec_shown-once' }, { status: 201 }), []);
  await screen.findByText('No webhooks yet');
  await userEvent.click(screen.getByRole('button', { name: 'Add webhook' }));
  const dialog = within(await screen.findByRole('dialog'));
  await userEvent.type(dialog.getByLabelText('Name'), 'Ledger');
  await userEvent.type(dialog.getByLabelText('Address'), 'ledger.example.test/hooks');
  await userEvent.click(dialog.getByLabelText('Fiscal years', { selector: 'input' }));
  const services = within(dialog.getByLabelText('Services', { selector: '[role=group]' }));
  await userEvent.click(services.getByLabelText(actions['service.retired']));
  await userEvent.click(dialog.getByRole('button', { name: 'Add' }));

  await screen.findByText('whsec_shown-once');
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    name: 'Ledger',
    url: 'https://ledger.example.test/hooks',
    events: ['fiscal-year.created', 'fiscal-year.reported', 'service.retired'],
  });
});

test('deliveries are shown with what became of them, and a test can be sent', async () => {
  const { asked } = open(() => Response.json({ id: 10 }, { status: 202 }));
  const dialog = within(await choose('Ledger', 'Deliveries'));
  await dialog.findByText('3 changes');
  dialog.getByText(/^Waits, failed 2 times, next try .*, The other end answered 500$/);
  await userEvent.click(dialog.getByRole('button', { name: 'Send a test' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/webhooks/3/test'));
  expect(asked.find(({ method }) => method === 'POST')?.headers.get('idempotency-key')).toBeTruthy();
});

test('it is switched on and off, and removed, after a question', async () => {
  const { asked } = open(({ method }) =>
    method === 'DELETE' ? new Response(null, { status: 204 }) : { ...off, isOn: true, version: 3 },
  );
  await userEvent.click(within(await choose('Archive', 'Switch on')).getByRole('button', { name: 'Switch on' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ isOn: true }));
  await userEvent.click(within(await choose('Ledger', 'Remove')).getByRole('button', { name: 'Remove' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'DELETE')?.path).toBe('/api/webhooks/3'));
});
