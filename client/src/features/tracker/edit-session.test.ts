import type { BudgetRow } from '@opex/contracts/budgets';
import { expect, it, vi } from 'vitest';
import { createEditSession, type EditPort } from './edit-session.ts';
import { withValues, type RowEdit } from './row-edits.ts';

const row = (id: number, budget = '100.00') => ({ id, version: 1, budget }) as BudgetRow;
const budgetOf = (id: number, budget: string): RowEdit => ({ id, values: { budget } });

/** Saves go to a server that answers when it is told to. */
function open() {
  const rows = new Map([1, 2].map((id) => [id, row(id)]));
  const waiting: { answer: () => void; fail: () => void }[] = [];
  const save: EditPort['save'] = (edits) =>
    new Promise((resolve, reject) => {
      const answer = () => {
        const saved = edits.map(({ id, values, version }) => ({
          ...withValues(rows.get(id) as BudgetRow, values),
          version: version + 1,
        }));
        for (const one of saved) rows.set(one.id, one);
        resolve(saved);
      };
      waiting.push({ answer, fail: () => reject(new Error('Away')) });
    });
  const port = { save: vi.fn(save), load: vi.fn(), onFailed: vi.fn() };
  const session = createEditSession(port);
  const edit = (id: number, budget: string) => session.apply([budgetOf(id, budget)], [...rows.values()], 'FY26');
  const next = async () => {
    await expect.poll(() => waiting.length).toBeGreaterThan(0);
    return waiting.shift();
  };
  const answer = async () => (await next())?.answer();
  const fail = async () => (await next())?.fail();
  const sent = () => port.save.mock.calls.map(([edits, { reason }]) => ({ ...edits[0], reason }));
  return { session, edit, answer, fail, sent };
}

it('saves what was typed while it still asks for the reason of an earlier edit', async () => {
  const { session, edit, answer, sent } = open();
  edit(1, '110.00');
  edit(2, '120.00');
  session.answerReason('Price rise');
  await answer();
  await answer();
  await expect.poll(() => session.get().pending).toEqual([]);
  expect(sent()).toEqual([
    { ...budgetOf(1, '110.00'), version: 1, reason: 'Price rise' },
    { ...budgetOf(2, '120.00'), version: 1, reason: 'Price rise' },
  ]);
});

it('gives up everything that was waiting for a reason when none is given', () => {
  const { session, edit, sent } = open();
  edit(1, '110.00');
  edit(2, '120.00');
  session.answerReason(null);
  expect(session.get().pending).toEqual([]);
  expect(sent()).toEqual([]);
});

it('takes back the newest edit also while that is still being saved', async () => {
  const { session, edit, answer, sent } = open();
  edit(1, '110.00');
  session.answerReason('Price rise', true);
  await answer();
  await expect.poll(() => session.get().done).toHaveLength(1);
  edit(2, '120.00');
  session.undo();
  await answer();
  await answer();
  await expect.poll(() => session.get().undone).toHaveLength(1);
  expect(sent().at(-1)).toEqual({ ...budgetOf(2, '100.00'), version: 2, reason: 'Undo: Price rise' });
  expect(session.get().done).toHaveLength(1);
});

it('takes nothing back when the newest edit could not be saved', async () => {
  const { session, edit, answer, fail, sent } = open();
  edit(1, '110.00');
  session.answerReason('Price rise', true);
  await answer();
  await expect.poll(() => session.get().done).toHaveLength(1);
  edit(2, '120.00');
  session.undo();
  await fail();
  await expect.poll(() => session.get().pending).toEqual([]);
  edit(2, '130.00');
  await answer();
  await expect.poll(() => session.get().done).toHaveLength(2);
  expect(sent()).toHaveLength(3);
});
