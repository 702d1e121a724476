import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { renderPage, type Asked } from '../../../test/render-page.tsx';
import { server, type Change } from '../test-server.ts';
import { TrackerPage } from './tracker-page.tsx';

const open = (address = '/tracker?limit=5') => {
  const { answers, patch, slow } = server();
  return { ...renderPage(<TrackerPage />, { address, answers }), patch, slow };
};
const lists = (asked: Asked[]) => asked.filter(({ method, path }) => method === 'GET' && path === '/api/budgets');
const writes = (asked: Asked[]) => asked.filter(({ method }) => method === 'PATCH');

async function cell(uid: string, field: string) {
  const line = (await screen.findByText(uid)).closest('[role=row]');
  return line?.querySelector(`[data-field="${field}"]`) as HTMLElement;
}
async function type(uid: string, field: string, text: string) {
  const user = userEvent.setup();
  await user.dblClick(await cell(uid, field));
  const input = within(await cell(uid, field)).getByRole('textbox');
  await user.clear(input);
  await user.type(input, `${text}{Enter}`);
  return user;
}
async function giveReason(user: ReturnType<typeof userEvent.setup>, words: string, { isKept = false } = {}) {
  const dialog = await screen.findByRole('dialog');
  await user.type(within(dialog).getByLabelText('Reason'), words);
  if (isKept) await user.click(within(dialog).getByRole('checkbox'));
  await user.click(within(dialog).getByRole('button', { name: 'Save' }));
}

beforeEach(() => {
  document.title = '';
});

test('asks for a page once, and once for the next', async () => {
  const { asked } = open();
  await screen.findByText('1–5 of 60');
  await userEvent.click(screen.getByRole('button', { name: 'Next page' }));
  await screen.findByText('6–10 of 60');
  expect(lists(asked).map(({ query }) => query.get('page'))).toEqual(['1', '2']);
  expect(window.location.search).toContain('page=2');
});

test('sorts on the server, from the first page on', async () => {
  const { asked } = open('/tracker?limit=5&page=2');
  await screen.findByText('6–10 of 60');
  await userEvent.click(screen.getByRole('columnheader', { name: 'Budget' }));
  await screen.findByText('1–5 of 60');
  expect(lists(asked)).toHaveLength(2);
  expect(lists(asked).at(-1)?.query.get('sort')).toBe('-budget');
});

test('a filter is a chip, and lives in the address', async () => {
  const { asked } = open('/tracker?limit=5&tower=3');
  await screen.findByText('Tower is Cloud');
  expect(lists(asked)[0]?.query.get('tower')).toBe('3');

  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Filter' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Budget' }));
  await user.type(await screen.findByLabelText('From'), '12L');
  await user.click(screen.getByRole('button', { name: 'Apply' }));
  await screen.findByText('Budget from 12.00 lakh');
  expect(window.location.search).toContain('budget.gte=1200000.00');
  expect(lists(asked).at(-1)?.query.get('budget.gte')).toBe('1200000.00');

  (await screen.findByRole('button', { name: 'Tower is Cloud' })).focus();
  await user.keyboard('{Delete}');
  await waitFor(() => expect(window.location.search).not.toContain('tower='));
});

test('an exception of the dashboard is a chip like any filter', async () => {
  const { asked } = open('/tracker?exception=over-budget&tower=3');
  const chip = await screen.findByRole('button', { name: 'Materially over budget to date' });
  expect(lists(asked)[0]?.query.get('exception')).toBe('over-budget');

  const user = userEvent.setup();
  chip.focus();
  await user.keyboard('{Delete}');
  await waitFor(() => expect(window.location.search).toBe('?tower=3'));
  expect(lists(asked).at(-1)?.query.has('exception')).toBe(false);
});

test('an edited budget asks why, is sent with its version, and a reason that is kept is not asked again', async () => {
  const { asked } = open();
  const user = await type('S-1', 'budget', '15L');
  await giveReason(user, 'Price rise', { isKept: true });
  await waitFor(() => expect(writes(asked)).toHaveLength(1));
  const [first] = writes(asked);
  expect(first).toMatchObject({ path: '/api/budgets/1', body: { budget: '1500000.00', reason: 'Price rise' } });
  expect(first?.headers.get('if-match')).toBe('"v1"');
  expect(first?.query.get('fy')).toBe('FY26');

  await type('S-1', 'budget', '+10%');
  await waitFor(() => expect(writes(asked)).toHaveLength(2));
  expect(writes(asked)[1]?.body).toEqual({ budget: '1650000.00', reason: 'Price rise' });
  expect(writes(asked)[1]?.headers.get('if-match')).toBe('"v2"');
});

test('what cannot be read stays in the cell and says why', async () => {
  const { asked } = open();
  await type('S-1', 'budget', 'abc');
  expect(await screen.findByText('"abc" is not an amount')).toBeTruthy();
  expect(writes(asked)).toHaveLength(0);
});

test('gives the edit up when no reason is given', async () => {
  const { asked } = open();
  const user = await type('S-1', 'budget', '15L');
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Cancel' }));
  await waitFor(async () => expect((await cell('S-1', 'budget')).textContent).toBe('12.00'));
  expect(writes(asked)).toHaveLength(0);
});

const pasteAt = async (uid: string, field: string, text: string) => {
  const user = userEvent.setup();
  await user.click(await cell(uid, field));
  await user.paste(text);
  return user;
};

test('pastes 20 x 12 cells in one request, asking why once', async () => {
  const { asked } = open('/tracker?limit=25&view=months');
  const block = Array.from({ length: 20 }, (_, line) =>
    Array.from({ length: 12 }, (_, month) => `${line + 2}.0${month % 10}`).join('\t'),
  );
  const user = await pasteAt('S-1', 'm1', `${block.join('\r\n')}\r\n`);
  await screen.findByText('240 cells in 20 rows are about to change.');
  await giveReason(user, 'Re-phased');
  await waitFor(() => expect(writes(asked)).toHaveLength(1));
  const { changes, reason } = writes(asked)[0]?.body as { changes: Change[]; reason: string };
  expect(reason).toBe('Re-phased');
  expect(changes).toHaveLength(20);
  expect(changes[1]).toMatchObject({ id: 2, version: 1, months: { '1': '300000.00', '12': '301000.00' } });
});

test('a block with a bad cell changes nothing and names the cell', async () => {
  const { asked } = open('/tracker?limit=5&view=months');
  await pasteAt('S-1', 'm1', '100\t200\nabc\t300');
  const dialog = await screen.findByRole('dialog', { name: 'Nothing was pasted' });
  expect(within(dialog).getByText('S-2, month 1: "abc"')).toBeTruthy();
  expect(writes(asked)).toHaveLength(0);
});

test('fills down from the cell above', async () => {
  const { asked } = open('/tracker?limit=5&view=months');
  const user = userEvent.setup();
  await type('S-1', 'm1', '1.5');
  await giveReason(user, 'Corrected', { isKept: true });
  await waitFor(() => expect(writes(asked)).toHaveLength(1));
  await user.click(await cell('S-2', 'm1'));
  await user.keyboard('{Control>}d{/Control}');
  await waitFor(() => expect(writes(asked)).toHaveLength(2));
  expect(writes(asked)[1]?.body).toEqual({ months: { '1': '150000.00' }, reason: 'Corrected' });
});

test('undo puts the months back as they were, with the new version; redo does it again', async () => {
  const { asked } = open();
  const user = await type('S-1', 'budget', '15L');
  await giveReason(user, 'Price rise');
  await waitFor(() => expect(writes(asked)).toHaveLength(1));
  await user.click(await cell('S-2', 'budget'));
  await user.keyboard('{Control>}z{/Control}');
  await waitFor(() => expect(writes(asked)).toHaveLength(2));
  expect(writes(asked)[1]).toMatchObject({ body: { months: { '1': '100000.00' }, reason: 'Undo: Price rise' } });
  expect(writes(asked)[1]?.headers.get('if-match')).toBe('"v2"');
  await waitFor(() => expect(screen.getByRole('button', { name: 'Redo' })).toHaveProperty('disabled', false));
  await user.keyboard('{Control>}y{/Control}');
  await waitFor(() => expect(writes(asked)).toHaveLength(3));
  expect(writes(asked)[2]?.body).toEqual({ budget: '1500000.00', reason: 'Redo: Price rise' });
});

test('shows both values when somebody else was faster, and lets the person pick', async () => {
  const { asked, patch } = open();
  await screen.findByText('S-1');
  patch(1, { budget: '1300000.00' });
  const user = await type('S-1', 'budget', '15L');
  await giveReason(user, 'Price rise');

  const dialog = await screen.findByRole('dialog', { name: 'Somebody else changed this meanwhile' });
  expect(within(dialog).getByText('Take theirs: 13,00,000.00')).toBeTruthy();
  await user.click(within(dialog).getByLabelText('Keep mine: 15,00,000.00'));
  await user.click(within(dialog).getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(writes(asked)).toHaveLength(2));
  expect(writes(asked)[1]?.headers.get('if-match')).toBe('"v2"');
});

test('somebody else’s change of another field is no conflict', async () => {
  const { asked, patch } = open();
  await screen.findByText('S-1');
  patch(1, { owner: 'Ravi' });
  const user = await type('S-1', 'budget', '15L');
  await giveReason(user, 'Price rise');
  await waitFor(() => expect(writes(asked)).toHaveLength(2));
  expect(screen.queryByText('Somebody else changed this meanwhile')).toBeNull();
});

test('what somebody else changes under a cell that is being typed in is asked about', async () => {
  const { patch, client } = open();
  const user = userEvent.setup();
  await user.dblClick(await cell('S-1', 'service'));
  const input = within(await cell('S-1', 'service')).getByRole('textbox');
  await user.clear(input);
  await user.type(input, 'Mine');
  patch(1, { service: 'Theirs' });
  await client.invalidateQueries();
  await user.type(input, '{Enter}');
  const dialog = await screen.findByRole('dialog', { name: 'Somebody else changed this meanwhile' });
  expect(within(dialog).getByText('Take theirs: Theirs')).toBeTruthy();
});

test('figures of another year are not shown while those of this one load', async () => {
  const { slow } = open('/tracker?limit=5&fy=FY26');
  await screen.findByText('S-1');
  slow.years.add('FY27');
  act(() => window.history.pushState(null, '', '/tracker?limit=5&fy=FY27'));
  act(() => void window.dispatchEvent(new PopStateEvent('popstate')));
  await waitFor(() => expect(screen.queryByText('S-1')).toBeNull());
});
