import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { renderPage } from '../../test/render-page.tsx';
import { AuditPage } from './audit-page.tsx';

const entry = {
  id: 9,
  at: '2026-01-02T10:00:00Z',
  actorId: 1,
  actor: 'Ravi',
  action: 'service.updated',
  subjectType: 'service',
  subjectId: 7,
  subject: 'OPX-007',
  fy: 'FY26',
  reason: 'Price rise',
  changes: { 'months.4': { from: '100.00', to: '120.00' } },
  requestId: 'r-9',
  hash: 'ab'.repeat(32),
};
const batch = {
  ...entry,
  parts: [{ action: 'service.updated', subjectType: 'service', subject: 'OPX-007', count: 1 }],
};
const page = { data: [batch], pagination: { page: 1, limit: 50, total: 1, pages: 1, next: null } };
const sound = {
  intact: true,
  entries: 9,
  firstBadId: null,
  reason: null,
  sealedThrough: 8,
  publishedThrough: 7,
  rewritingPrevented: true,
  checkedAt: '2026-01-03T10:00:00Z',
};

const open = (verdict: object = sound, address = '/audit') =>
  renderPage(<AuditPage />, {
    address,
    answers: ({ path }) => (path === '/api/audit/batches' ? page : path === '/api/audit/verify' ? verdict : undefined),
  });

test('an entry opens to its fields, and its service is a link', async () => {
  open();

  expect((await screen.findByRole('link', { name: 'OPX-007' })).getAttribute('href')).toBe('/services/7');
  await userEvent.click(screen.getByRole('button', { name: 'Show entry 9' }));
  screen.getByText('120.00');
  screen.getByText('Budget, month 4');
});

test('every action that the server can log is offered, in words', async () => {
  open();
  await userEvent.click(await screen.findByRole('combobox', { name: 'Action' }));
  const offered = screen.getAllByRole('option').map(({ textContent }) => textContent);
  expect(offered).toContain('Fiscal year: added');
  expect(offered).toContain('Allocation key: added a version of');
  expect(new Set(offered).size).toBe(offered.length);
});

test('the chain is checked, and the verdict is in words', async () => {
  open();
  await userEvent.click(await screen.findByRole('button', { name: 'Check the chain' }));
  const words = (await screen.findByText(/^Intact: all 9 entries follow each other/)).textContent;
  expect(words).toContain('. Sealed through entry 8, and published through entry 7');
  expect(words).not.toContain('rewriting');
});

test('the verdict says what it does not prove', async () => {
  open({ ...sound, sealedThrough: null, publishedThrough: null, rewritingPrevented: false });
  await userEvent.click(await screen.findByRole('button', { name: 'Check the chain' }));
  await screen.findByText(/Nothing is sealed\. The database does not prevent rewriting: ask your administrator$/);
});

test('a broken chain names the first bad entry', async () => {
  open({ ...sound, intact: false, firstBadId: 4, reason: 'it was changed after it was written' });
  await userEvent.click(await screen.findByRole('button', { name: 'Check the chain' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(
    /^Broken at entry 4: it was changed after it was written/,
  );
});

test('filters go to the server as the address has them', async () => {
  const { asked } = open(sound, '/audit?actor.like=rav&subjectType=service&at.gte=2026-01-01');
  await screen.findByRole('link', { name: 'OPX-007' });
  const query = asked.find(({ path }) => path === '/api/audit/batches')?.query;
  expect(Object.fromEntries(query ?? [])).toMatchObject({
    'actor.like': 'rav',
    subjectType: 'service',
    'at.gte': '2026-01-01',
  });
});
