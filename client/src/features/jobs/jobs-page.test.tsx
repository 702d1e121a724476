import { jobKinds } from '@opex/contracts/jobs';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/render-page.tsx';
import { JobsPage } from './jobs-page.tsx';

const running = {
  id: 8,
  kind: 'cleaning',
  state: 'running',
  dueAt: '2026-01-02T10:00:00Z',
  tries: 1,
  crashes: 2,
  done: 120,
  total: 500,
  error: 'The other end is away',
  worker: 'worker-1:7',
  createdBy: 3,
  creator: 'Asha',
  createdAt: '2026-01-02T10:00:00Z',
  startedAt: '2026-01-02T10:00:05Z',
  finishedAt: null,
};
const failed = { ...running, id: 7, state: 'failed', done: null, total: null, creator: null, crashes: 0, tries: 3 };
const page = { data: [running, failed], pagination: { page: 1, limit: 50, total: 2, pages: 1, next: null } };
const open = (data: unknown = page) =>
  renderPage(<JobsPage />, {
    address: '/jobs',
    answers: ({ path, method }) => (path === '/api/jobs' ? data : method === 'POST' ? failed : undefined),
  });
const rowOf = async (id: number) => (await screen.findByText(String(id))).closest('[role=row]') as HTMLElement;

test('says what runs, how far it is, what failed and why', async () => {
  open();
  const row = await rowOf(8);
  for (const words of [jobKinds.cleaning, 'Running', 'Asha']) within(row).getByText(words);
  within(row).getByText('120 of 500, failed once, lost its process 2 times, The other end is away');
  within(await rowOf(7)).getByText('failed 3 times, The other end is away');
});

test('begins a failed job again, after it was asked', async () => {
  const { asked } = open();
  await userEvent.click(within(await rowOf(7)).getByRole('button', { name: /Change job 7/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Begin now' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Begin now' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/jobs/7/retry'));
});

test('says when there is none', async () => {
  open({ data: [], pagination: { page: 1, limit: 50, total: 0, pages: 0, next: null } });
  await screen.findByText('No such jobs');
});
