import { expect, test } from 'vitest';
import { createEntity, createTower, everyMonth } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import {
  blanks,
  budgetHeader,
  budgetStory,
  csv,
  deed,
  load,
  rejectionsOf,
  row,
  rowsOf,
  send,
  settled,
  versionOf,
} from '../../../test/stories/imports.ts';

/** A budget from its file into the plan, and out again. */
const { editor, year, planned, monthsOf } = await budgetStory();

test('is read, checked and applied as its preview says, and undone, and applied again', async () => {
  const [tower, entity] = [await createTower(), await createEntity()];
  const given = { towerId: tower.id, entityId: entity.id };
  const [one, two, three] = [await planned('WAY-1', given), await planned('WAY-2', given), await planned('WAY-3')];
  const file = csv(
    budgetHeader,
    row(' way-1 ', ['"1,20,000"', ...blanks(11)]),
    row('WAY-2', blanks(12), '2400'),
    row('WAY-3', everyMonth('100')),
  );
  const checked = await load(editor, file);
  expect(checked).toMatchObject({
    state: 'checked',
    kind: 'budget',
    counts: { changed: 2, unchanged: 1, rejected: 0 },
  });
  expect(checked.effects).toMatchObject([
    {
      fy: 'FY26',
      measure: 'budget',
      towers: [{ id: tower.id, before: '2400.00', after: '123500.00' }],
      entities: [{ id: entity.id, before: '2400.00', after: '123500.00' }],
    },
  ]);
  expect(await monthsOf(one.id)).toEqual(everyMonth('100.00'));
  expect((await rowsOf(editor, checked, 'changed'))[0]).toMatchObject({
    uid: 'WAY-1',
    serviceId: one.id,
    cells: [{ column: 'C', title: 'Apr 2025', from: '100.00', to: '120000.00' }],
  });

  const applied = await deed(editor, checked, 'apply', { reason: 'Agreed in March' });
  expect(applied).toMatchObject({ state: 'applied', problem: null, reason: 'Agreed in March' });
  expect(await monthsOf(one.id)).toEqual(['120000.00', ...everyMonth('100.00').slice(1)]);
  expect(await monthsOf(two.id)).toEqual(everyMonth('200.00'));
  expect(await monthsOf(three.id)).toEqual(everyMonth('100.00'));
  const [sums] = await sql<{ budget: string }>(
    'SELECT sum(budget)::numeric(20, 2)::text AS budget FROM service_entity_years WHERE entity_id = $1',
    [entity.id],
  );
  expect(sums!.budget).toBe(checked.effects[0]!.entities[0]!.after);

  const approver = await as('Approver');
  const { body } = await approver.get('/api/audit/batches').query({ q: 'Agreed in March' }).expect(200);
  expect(body.data).toMatchObject([
    {
      reason: 'Agreed in March',
      parts: [
        { action: 'service.updated', count: 2 },
        { action: 'import.applied', count: 1 },
      ],
    },
  ]);

  const undone = await deed(editor, applied, 'undo');
  expect(undone.state).toBe('undone');
  expect(await monthsOf(one.id)).toEqual(everyMonth('100.00'));
  expect(await monthsOf(two.id)).toEqual(everyMonth('100.00'));
  const again = await deed(editor, undone, 'redo');
  expect(again.state).toBe('applied');
  expect(await monthsOf(two.id)).toEqual(everyMonth('200.00'));
  expect(await brokenInvariants()).toEqual([]);
});

test('what was changed since is a conflict when it is undone: kept, or overwritten', async () => {
  const one = await planned('SINCE-1');
  const applied = await deed(editor, await load(editor, csv(budgetHeader, row('SINCE-1', everyMonth('7')))), 'apply');
  await editor
    .patch(`/api/budgets/${one.id}?fy=FY26`)
    .set('if-match', '"v2"')
    .send({ months: { 2: '9.00' }, reason: 'Another thought' })
    .expect(200);
  const { body } = await editor.get(`/api/imports/${applied.id}/conflicts`).expect(200);
  expect(body).toMatchObject({
    total: 1,
    data: [{ uid: 'SINCE-1', title: 'May 2025', restored: '100.00', loaded: '7.00', now: '9.00' }],
  });
  expectProblem(await editor.post(`/api/imports/${applied.id}/undo`).set('if-match', versionOf(applied)).send({}), 409);
  const undone = await deed(editor, applied, 'undo', { conflicts: 'keep' });
  expect(await monthsOf(one.id)).toEqual(['100.00', '9.00', ...everyMonth('100.00').slice(2)]);
  const redone = await deed(editor, undone, 'redo', { conflicts: 'overwrite' });
  expect(await monthsOf(one.id)).toEqual(everyMonth('7.00'));
  await deed(editor, redone, 'undo', { conflicts: 'overwrite' });
  expect(await monthsOf(one.id)).toEqual(everyMonth('100.00'));
});

test('a month that was changed since the check stops all of it, in words', async () => {
  const [one, two] = [await planned('STALE-1'), await planned('STALE-2')];
  const file = csv(budgetHeader, row('STALE-1', everyMonth('7')), row('STALE-2', everyMonth('7')));
  const checked = await load(editor, file);
  await editor
    .patch(`/api/budgets/${two.id}?fy=FY26`)
    .set('if-match', '"v1"')
    .send({ months: { 3: '9.00' }, reason: 'Another thought' })
    .expect(200);
  const stopped = await deed(editor, checked, 'apply');
  expect(stopped).toMatchObject({ state: 'checked', problem: expect.stringContaining('somebody changed STALE-2') });
  expect(await monthsOf(one.id)).toEqual(everyMonth('100.00'));
  await editor.patch(`/api/imports/${checked.id}`).set('if-match', versionOf(stopped)).send({}).expect(200);
  const applied = await deed(editor, await settled(editor, checked.id), 'apply');
  expect(applied.state).toBe('applied');
  expect(await monthsOf(two.id)).toEqual(everyMonth('7.00'));
});

test('the same bytes again are told, and applied only if that is meant', async () => {
  await planned('TWICE-1');
  const file = csv(budgetHeader, row('TWICE-1', everyMonth('7')));
  const first = await deed(editor, await load(editor, file), 'apply');
  const second = await load(editor, file, 'Another name FY26.csv');
  expect(second).toMatchObject({ sameAs: { id: first.id, name: 'Budget FY26.csv' }, counts: { changed: 0 } });
  await sql('UPDATE plan_lines SET m01 = 1 WHERE service_id = (SELECT id FROM services WHERE uid = $1)', ['TWICE-1']);
  const third = await load(editor, file);
  const apply = () => editor.post(`/api/imports/${third.id}/apply`).set('if-match', versionOf(third));
  expectProblem(await apply().send({}), 409);
  expect((await deed(editor, third, 'apply', { again: true })).state).toBe('applied');
});

test('CLEAR empties a month, a blank cell changes nothing, and a year must be the sum of its months', async () => {
  const [one, two] = [await planned('SUM-1'), await planned('SUM-2')];
  const checked = await load(
    editor,
    csv(budgetHeader, row('SUM-1', ['clear', ...blanks(11)], '1100.40'), row('SUM-2', ['5', ...blanks(11)], '9999')),
  );
  expect(await rejectionsOf(editor, checked)).toEqual(['O3: The months add up to 1105.00, and the year says 9999.00']);
  await deed(editor, checked, 'apply');
  expect(await monthsOf(one.id)).toEqual([null, ...everyMonth('100.00').slice(1)]);
  expect(await monthsOf(two.id)).toEqual(everyMonth('100.00'));
});

test('closed months, other entities and cancelled imports stay as they are', async () => {
  const [mine, other] = [await createEntity(), await createEntity()];
  const [own] = [await planned('CLOSED-1', { entityId: mine.id }), await planned('CLOSED-2', { entityId: other.id })];
  await sql(`UPDATE periods SET state = 'CLOSED' WHERE number = 1 AND fiscal_year_id = $1`, [year.id]);
  const scoped = await as('Editor', [mine.id]);
  try {
    const checked = await load(scoped, csv('UID,Apr,May,FY26 Budget', 'CLOSED-1,1,2,', 'CLOSED-2,1,2,'));
    expect(await rejectionsOf(scoped, checked)).toEqual([
      'B2: Apr 2025 is closed; the budget of a closed month cannot change',
      'A3: There is no service with this UID',
    ]);
    const open = await load(scoped, csv('UID,May', 'CLOSED-1,2'));
    expect(open.effects).toMatchObject([{ total: { before: '1200.00', after: '1102.00' } }]);
    expect((await editor.get(`/api/imports/${open.id}`)).status).toBe(200);
    expectProblem(await (await as('Editor', [other.id])).get(`/api/imports/${open.id}`), 404);
    const cancelled = await scoped.post(`/api/imports/${open.id}/cancel`).set('if-match', versionOf(open)).expect(200);
    expect(cancelled.body.state).toBe('cancelled');
    expect(await sql('SELECT FROM import_chunks c JOIN imports i USING (upload) WHERE i.id = $1', [open.id])).toEqual(
      [],
    );
    expect(await monthsOf(own.id)).toEqual(everyMonth('100.00'));
  } finally {
    await sql(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = $1`, [year.id]);
  }
});

test('one key makes one import, with the same file only', async () => {
  const post = (contents: string) => send(editor, contents).set('idempotency-key', 'the-one-budget');
  const [first, second] = [await post('UID,Apr\n'), await post('UID,Apr\n')];
  expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
  expectProblem(await post('UID,May\n'), 422);
  const chunks = await sql(
    'SELECT FROM import_chunks c WHERE NOT EXISTS (SELECT FROM imports i WHERE i.upload = c.upload)',
  );
  expect(chunks).toEqual([]);
  await settled(editor, first.body.id as number);
});
