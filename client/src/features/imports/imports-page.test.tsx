import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { type Answers, problemAnswer, renderPage } from '../../test/render-page.tsx';
import { DropAnywhere } from './drop-anywhere.tsx';
import { ImportsPage } from './imports-page.tsx';
import { checked } from './test-import.ts';

const listOf = (data: object[]) => ({
  data,
  pagination: { page: 1, limit: 50, total: data.length, pages: 1, next: null },
});
const server =
  (data: object[], upload: Answers = () => Response.json(checked, { status: 201 })): Answers =>
  (asked) =>
    asked.method === 'POST' ? upload(asked) : asked.path === '/api/imports' ? listOf(data) : undefined;
const file = () => new File(['UID,Apr\nOPX-001,5\n'], 'Budget FY26.csv', { type: 'text/csv' });
const dropped = (...files: File[]) => ({ dataTransfer: { types: ['Files'], files } });

test('lists what was loaded, by whom and how it stands; a row opens it', async () => {
  renderPage(<ImportsPage />, { address: '/imports?fy=FY26', path: '/imports', answers: server([checked]) });
  const row = (await screen.findByRole('link', { name: 'Budget FY26.csv' })).closest('[role=row]');
  for (const words of ['Budget', 'Ready to apply', '2 change, 1 rejected', 'Asha'])
    expect(row?.textContent).toContain(words);
  await userEvent.click(screen.getByText('Ready to apply'));
  expect(window.location.pathname + window.location.search).toBe('/imports/7?fy=FY26');
});

test('says what to do and which files are understood, where there is none', async () => {
  renderPage(<ImportsPage />, { address: '/imports', answers: server([]) });
  await screen.findByText('No imports yet');
  screen.getByText(/^Understood: budget, with a column UID/);
});

test('a chosen file is sent as it is, with a key of its own, and opened', async () => {
  const { asked } = renderPage(<ImportsPage />, { address: '/imports', path: '/imports', answers: server([]) });
  await userEvent.upload(await screen.findByLabelText('File to load'), file());
  await waitFor(() => expect(window.location.pathname).toBe('/imports/7'));
  const sent = asked.find(({ method }) => method === 'POST');
  expect(sent?.query.get('name')).toBe('Budget FY26.csv');
  expect(sent?.headers.get('content-type')).toBe('application/octet-stream');
  expect(sent?.headers.get('idempotency-key')).toBeTruthy();
  expect(sent?.body).toBeInstanceOf(File);
});

test('says why a file was not taken, and sends the same again', async () => {
  let isFirst = true;
  const upload = () => {
    if (!isFirst) return Response.json(checked, { status: 201 });
    isFirst = false;
    return problemAnswer(413, 'This file is larger than 50 MB');
  };
  const { asked } = renderPage(<ImportsPage />, { address: '/imports', path: '/imports', answers: server([], upload) });
  await userEvent.upload(await screen.findByLabelText('File to load'), file());
  await screen.findByText('This file is larger than 50 MB');
  await userEvent.click(screen.getByRole('button', { name: 'Send it again' }));
  await waitFor(() => expect(window.location.pathname).toBe('/imports/7'));
  const keys = asked.filter(({ method }) => method === 'POST').map(({ headers }) => headers.get('idempotency-key'));
  expect(new Set(keys).size).toBe(1);
});

test('a file that is dropped on any page is asked about first', async () => {
  const { asked } = renderPage(<DropAnywhere />, { address: '/tracker', path: '/tracker', answers: server([]) });
  fireEvent.drop(window, dropped(file()));
  await screen.findByRole('dialog', { name: 'Load Budget FY26.csv?' });
  expect(asked).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Read it' }));
  await waitFor(() => expect(window.location.pathname).toBe('/imports/7'));
});

test('several files at once are refused in words, and text that is dragged is no file', async () => {
  const { asked } = renderPage(<DropAnywhere />, { address: '/tracker', answers: server([]) });
  fireEvent.drop(window, { dataTransfer: { types: ['text/plain'], files: [] } });
  fireEvent.drop(window, dropped(file(), file()));
  await screen.findByText('Drop one file at a time');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(asked).toEqual([]);
});
