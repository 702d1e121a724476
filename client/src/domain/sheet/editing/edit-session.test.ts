import type { TrackerRow } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { ApiError } from '../../../lib/api.ts';
import { createEditSession, type EditPort } from './edit-session.ts';
import { withValues } from './row-edits.ts';

const row = (id: number, budget = '100.00') =>
  ({
    id,
    version: 1,
    uid: `S-${id}`,
    owner: '',
    budget,
    months: Array.from({ length: 12 }, () => budget),
  }) as TrackerRow;

const problem = (status: number) =>
  new ApiError({ type: '', title: '', status, detail: `status ${status}`, instance: '', requestId: '' });

type Saving = {
  edits: Parameters<EditPort['save']>[0];
  reason: string | undefined;
  answer: () => void;
  fail: (status: number) => void;
};

/** Every save waits until the test answers it, as a slow network would. */
function open() {
  const saves: Saving[] = [];
  const stored = new Map([1, 2].map((id) => [id, row(id)]));
  const failures: unknown[] = [];
  const unseen: string[] = [];
  const session = createEditSession({
    save: (edits, { reason }) =>
      new Promise((resolve, reject) => {
        const answer = () =>
          resolve(
            edits.map(({ id, values }) => {
              const old = stored.get(id) as TrackerRow;
              const next = { ...withValues(old, values), version: old.version + 1 };
              // A year's budget is spread over its months.
              const spread = typeof values['budget'] === 'string' ? next.months?.map(() => next.budget) : next.months;
              stored.set(id, { ...next, ...(spread && { months: spread }) });
              return stored.get(id) as TrackerRow;
            }),
          );
        saves.push({ edits, reason, answer, fail: (status) => reject(problem(status)) });
      }),
    load: (ids) => Promise.resolve(ids.flatMap((id) => stored.get(id) ?? [])),
    onFailed: (error) => failures.push(error),
    onUnseenConflict: () => unseen.push('unseen'),
  });
  const rows = [row(1), row(2)];
  const edit = (id: number, values: Record<string, string>) => session.apply([{ id, values }], rows, 'FY26');
  const shown = () => session.shown(rows, 'FY26', { edits: session.get(), areShares: false });
  return { session, saves, stored, failures, unseen, rows, edit, shown };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));
const answered = async (save: Saving | undefined) => {
  save?.answer();
  await settled();
};

test('what is typed while a reason is asked for is saved with it', async () => {
  const { session, saves, edit } = open();
  edit(1, { budget: '110.00' });
  edit(2, { budget: '220.00' });
  session.answerReason('Price rise');
  await settled();
  await answered(saves[0]);
  await answered(saves[1]);
  expect(saves.map(({ edits, reason }) => [edits, reason])).toEqual([
    [[{ id: 1, version: 1, values: { budget: '110.00' } }], 'Price rise'],
    [[{ id: 2, version: 1, values: { budget: '220.00' } }], 'Price rise'],
  ]);
  expect(session.get().pending).toHaveLength(0);
});

test('gives up everything that was waiting for a reason when none is given', async () => {
  const { session, saves, edit } = open();
  edit(1, { budget: '110.00' });
  edit(2, { budget: '220.00' });
  session.answerReason(null);
  await settled();
  expect(session.get().pending).toEqual([]);
  expect(saves).toHaveLength(0);
});

test('the second of two quick edits is undone to what the first one saved', async () => {
  const { session, saves, edit } = open();
  edit(1, { budget: '110.00' });
  session.answerReason('Price rise', true);
  edit(1, { budget: '120.00' });
  await settled();
  await answered(saves[0]);
  await answered(saves[1]);
  expect(saves[1]?.edits[0]?.version).toBe(2);
  session.undo();
  await settled();
  expect(saves[2]?.edits[0]?.values).toMatchObject({ m1: '110.00', m12: '110.00' });
});

test('undo means the edit that is still being saved, not the one before it', async () => {
  const { session, saves, edit } = open();
  edit(1, { owner: 'Asha' });
  await settled();
  await answered(saves[0]);
  edit(2, { owner: 'Ravi' });
  session.undo();
  await settled();
  expect(saves).toHaveLength(2);
  await answered(saves[1]);
  expect(saves[2]?.edits).toEqual([{ id: 2, version: 2, values: { owner: '' } }]);
});

test('undo of an edit that then fails undoes nothing else', async () => {
  const { session, saves, edit } = open();
  edit(1, { owner: 'Asha' });
  await settled();
  await answered(saves[0]);
  edit(2, { owner: 'Ravi' });
  await settled();
  session.undo();
  saves[1]?.fail(422);
  await settled();
  expect(saves).toHaveLength(2);
});

test.each([0, 401, 503])('what was not saved for a status of %i can be sent again', async (status) => {
  const { session, saves, failures, edit, shown } = open();
  edit(1, { owner: 'Asha' });
  await settled();
  saves[0]?.fail(status);
  await settled();
  expect(failures).toHaveLength(1);
  expect(shown()[0]?.owner).toBe('');
  expect(session.get().unsaved).toHaveLength(1);
  session.sendAgain();
  await settled();
  expect(saves[1]?.edits).toEqual(saves[0]?.edits);
  await answered(saves[1]);
  expect(session.get()).toMatchObject({ unsaved: [], pending: [] });
});

test('what was refused is not kept, and what is typed again takes the place of what was not saved', async () => {
  const { session, saves, edit } = open();
  edit(1, { owner: 'Asha' });
  edit(2, { owner: 'Ravi' });
  await settled();
  saves[0]?.fail(0);
  await settled();
  saves[1]?.fail(422);
  await settled();
  expect(session.get().unsaved).toHaveLength(1);
  edit(1, { owner: 'Mira' });
  expect(session.get().unsaved).toHaveLength(0);
});

test('a list that was read before a save does not bring the old value back', async () => {
  const { saves, edit, shown } = open();
  edit(1, { owner: 'Asha' });
  await settled();
  await answered(saves[0]);
  expect(shown()[0]).toMatchObject({ owner: 'Asha', version: 2 });
});

test('says that there is something to choose when the tracker is not on screen', async () => {
  const { session, saves, stored, unseen, edit } = open();
  const leave = session.connect({ onSaved: () => undefined, onFresh: () => undefined });
  edit(1, { owner: 'Asha' });
  await settled();
  leave();
  stored.set(1, { ...row(1), owner: 'Ravi', version: 2 });
  saves[0]?.fail(412);
  await settled();
  expect(unseen).toHaveLength(1);
  expect(session.get().conflict?.conflicts[0]).toMatchObject({ mine: 'Asha', theirs: 'Ravi' });
});
