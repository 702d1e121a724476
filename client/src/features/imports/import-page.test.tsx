import type { importConflicts } from '@opex/contracts/import-findings';
import type { ImportRecord } from '@opex/contracts/imports';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { type Answers, problemAnswer, renderPage } from '../../test/render-page.tsx';
import type * as z from 'zod/mini';
import { ImportPage } from './import-page.tsx';
import { changedRow, checked, rejectedRow } from './test-import.ts';

const pagination = { page: 1, limit: 25, total: 1, pages: 1, next: null };
const noConflicts: z.infer<typeof importConflicts> = { data: [], total: 0 };

/** The import as it stands, which what is asked of it may change. */
function open(
  record: Partial<ImportRecord> = {},
  { show = '', conflicts = noConflicts, write = undefined as Answers | undefined } = {},
) {
  const now: { record: ImportRecord } = { record: { ...checked, ...record } };
  const page = renderPage(<ImportPage />, {
    address: `/imports/7${show && `?show=${show}`}`,
    path: '/imports/:id',
    answers: (asked) => {
      const { method, path, query } = asked;
      if (method !== 'GET') return write ? write(asked) : now.record;
      if (path === '/api/imports/7') return now.record;
      if (path === '/api/imports/7/conflicts') return conflicts;
      if (path === '/api/fiscal-years') return { data: [], baseCurrency: 'INR' };
      const rows = { changed: [changedRow], rejected: [rejectedRow], unchanged: [] }[query.get('outcome') ?? ''];
      return rows && { data: rows, pagination };
    },
  });
  return { ...page, now };
}
const textsOf = (row: HTMLElement) => [...(row as HTMLTableRowElement).cells].map(({ textContent }) => textContent);
const linesOf = async (label: string) => {
  const [, ...lines] = within(await screen.findByRole('table', { name: label })).getAllByRole('row');
  return lines.map(textsOf);
};

test('says in a sentence what would change, and the sums end in the total of the year', async () => {
  open();
  await screen.findByText('2 services change, FY26 goes from 4.12 cr to 4.31 cr, up 18.50 L; 1 row is rejected.');
  screen.getByText('3 services with a budget in this year have no row in the file and stay as they are.');
  expect(await linesOf('FY26 budget by tower')).toEqual([
    ['Cloud', '10.00', '28.50', '+18.50'],
    ['All others', '402.00', '402.00', '-'],
    ['Total', '412.00', '430.50', '+18.50'],
  ]);
});

test('shows each cell from what to what, and each rejected cell with its place, value and reason', async () => {
  open({}, { show: 'changed' });
  expect(await linesOf('Cells that change')).toEqual([
    ['2', 'OPX-001 Hosting', 'Apr 2025', 'B', '1.00', '2.50', '+1.50'],
    ['2', '', 'May 2025', 'spread', 'empty', '0.50', '+0.50'],
  ]);
  await userEvent.click(screen.getByRole('tab', { name: 'Rejected (1)' }));
  expect(await linesOf('Rejected cells')).toEqual([
    ['5', 'OPX-999', 'A', 'OPX-999', 'There is no service with this UID'],
  ]);
  screen.getByRole('button', { name: 'Download the rejected rows' });
  await userEvent.click(screen.getByRole('tab', { name: 'Notes (1)' }));
  expect(await linesOf('Notes on the file')).toEqual([
    ['9', 'B', 'The total says 5.00; the rows above it add up to 6.00'],
  ]);
});

test('follows the file while it is being read, until it is known what it changes', async () => {
  const { now } = open({ state: 'reading', counts: null, effects: [], done: 50, total: 200 });
  await screen.findByText(/^25 %/);
  now.record = checked;
  await screen.findByText(/^2 services change/);
});

test('a column that is not understood keeps the file from being applied until it is decided', async () => {
  const owner = { column: 'C', header: 'Owner', field: null, use: 'unknown' as const, title: null };
  const { asked } = open({ columns: [...checked.columns, owner] });
  await screen.findByText(/^Nothing of column C \(Owner\) is loaded/);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Apply' }).disabled).toBe(true);
  await userEvent.click(screen.getByRole('button', { name: 'Leave it out' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ columns: { C: null } }));
});

test('asks what has to be chosen, and sends it with the version that was seen', async () => {
  const owner = { column: 'C', header: 'Owner', field: null, use: 'unknown' as const, title: null };
  const { asked } = open({
    state: 'asking',
    asks: ['columns'],
    counts: null,
    effects: [],
    columns: [...checked.columns, owner],
  });
  const check = await screen.findByRole<HTMLButtonElement>('button', { name: 'Check the file' });
  screen.getByText('Say what column C (Owner) is');
  expect(check.disabled).toBe(true);
  await userEvent.selectOptions(screen.getByLabelText('What column C, Owner, is'), 'Budget of the year');
  await userEvent.click(check);
  await waitFor(() => expect(asked.some(({ method }) => method === 'PATCH')).toBe(true));
  const sent = asked.find(({ method }) => method === 'PATCH');
  expect(sent?.body).toEqual({ columns: { C: 'budget' } });
  expect(sent?.headers.get('if-match')).toBe('"v3"');
});

test('is applied with a reason, which is the name of the file unless another is given', async () => {
  const { asked } = open();
  await userEvent.click(await screen.findByRole('button', { name: 'Apply' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Apply Budget FY26.csv' }));
  await userEvent.click(dialog.getByRole('button', { name: 'Apply' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/imports/7/apply'));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ reason: 'Loaded from Budget FY26.csv' });
});

test('says that the very same file was applied before, and applies it again only under that name', async () => {
  const { asked } = open({ sameAs: { id: 4, name: 'Budget.csv', creator: 'Ravi', createdAt: '2026-01-01T10:00:00Z' } });
  await screen.findByText(/^The very same file was applied before/);
  await userEvent.click(screen.getByRole('button', { name: 'Apply again' }));
  await userEvent.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Apply again' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.body).toMatchObject({ again: true }));
});

test('what somebody else made of it meanwhile is said, and not applied unseen', async () => {
  const write = () => problemAnswer(412, 'Someone else changed this import; load it again and repeat your change');
  const { asked, now } = open({}, { write });
  await userEvent.click(await screen.findByRole('button', { name: 'Apply' }));
  const dialog = within(await screen.findByRole('dialog'));
  now.record = { ...checked, version: 4, counts: { added: 0, changed: 9, unchanged: 0, rejected: 0, missing: 0 } };
  await userEvent.click(dialog.getByRole('button', { name: 'Apply' }));
  await dialog.findByText(/^Someone else changed this import/);
  await screen.findByText(/^9 services change/);
  await userEvent.click(dialog.getByRole('button', { name: 'Apply' }));
  await waitFor(() => expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(2));
  const versions = asked.filter(({ method }) => method === 'POST').map(({ headers }) => headers.get('if-match'));
  expect(versions).toEqual(['"v3"', '"v3"']);
});

const applied = { state: 'applied' as const, appliedAt: '2026-01-03T10:00:00Z', appliedBy: 'Ravi', reason: 'Agreed' };

test('says what was done, by whom and why; undoing asks about what others wrote since', async () => {
  const conflict = {
    number: 2,
    uid: 'OPX-001',
    serviceId: 1,
    title: 'Apr 2025',
    restored: '100000.00',
    loaded: '250000.00',
    now: '300000.00',
  };
  const { asked } = open(applied, { conflicts: { data: [conflict], total: 1 } });
  await screen.findByText(/^2 services were changed, FY26 went from/);
  screen.getByText(/^Applied by Ravi, .* Because: Agreed\./);
  await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Undo Budget FY26.csv' }));
  const undo = dialog.getByRole<HTMLButtonElement>('button', { name: 'Undo' });
  expect(await linesOf('1 month was changed since')).toEqual([['OPX-001', 'Apr 2025', '2.50', '3.00', '1.00']]);
  expect(undo.disabled).toBe(true);
  await userEvent.click(dialog.getByRole('radio', { name: 'Keep them as they are now' }));
  await userEvent.click(undo);
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/imports/7/undo'));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    reason: 'Undone: Budget FY26.csv',
    conflicts: 'keep',
  });
});

test('what was undone is applied again', async () => {
  const { asked } = open({ ...applied, state: 'undone' });
  await screen.findByText(/^Undone: 2 services were put back/);
  await userEvent.click(screen.getByRole('button', { name: 'Apply again' }));
  const dialog = within(await screen.findByRole('dialog'));
  const again = dialog.getByRole<HTMLButtonElement>('button', { name: 'Apply again' });
  await waitFor(() => expect(again.disabled).toBe(false));
  await userEvent.click(again);
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/imports/7/redo'));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ reason: 'Applied again: Budget FY26.csv' });
});

test('a file that is not understood says why, and which sheets there are', async () => {
  const sheets = [
    { name: 'Plan', hidden: true, kind: 'budget' as const, headerRow: 2 },
    { name: 'Keys', hidden: false, kind: 'allocation-keys' as const, headerRow: 1 },
  ];
  const problem = 'This looks like a file of the kind "Allocation keys", which cannot be loaded here yet';
  const { asked } = open({
    state: 'failed',
    kind: null,
    sheet: null,
    problem,
    counts: null,
    effects: [],
    sheets,
    columns: [],
  });
  await screen.findByText(problem);
  await userEvent.click(screen.getByRole('combobox', { name: 'Sheet' }));
  await userEvent.click(await screen.findByRole('option', { name: 'Plan, Budget, hidden' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ sheet: 'Plan' }));
});

test('can be cancelled until it is applied', async () => {
  const { asked } = open();
  await userEvent.click(await screen.findByRole('button', { name: 'Cancel this import' }));
  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/imports/7/cancel'));
});

test('an import that is not there is said in words', async () => {
  renderPage(<ImportPage />, { address: '/imports/9', path: '/imports/:id', answers: () => undefined });
  await screen.findByText('Not found', { selector: 'h2' });
});
