import { beforeAll, describe, expect, test } from 'vitest';
import { createService, createYear, everyMonth } from '../../../test/factories/index.ts';
import { api, as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';

/** FY26: April and May are closed, June is being closed. FY25: all is closed. */
let year: Awaited<ReturnType<typeof createYear>>;
let past: Awaited<ReturnType<typeof createYear>>;
let editor: Person;
let controller: Person;

const setState = (yearId: number, state: string, numbers: number[]) =>
  sql('UPDATE periods SET state = $1 WHERE fiscal_year_id = $2 AND number = ANY ($3)', [state, yearId, numbers]);
const opened = async <Result>(work: () => Promise<Result>) => {
  await setState(year.id, 'OPEN', [1, 2, 3]);
  const result = await work();
  await setState(year.id, 'CLOSED', [1, 2]);
  await setState(year.id, 'SOFT', [3]);
  return result;
};
const planned = (months: (string | null)[] = everyMonth('10.00'), overrides = {}) =>
  opened(() => createService(overrides, { planId: year.planId, months }));

beforeAll(async () => {
  year = await createYear('FY26');
  past = await createYear('FY25', { state: 'CLOSED' });
  [editor, controller] = [await as('Editor'), await as('Approver')];
});

const reason = 'Because we test it';
const patch = (id: number, body: object, who = editor, fy = 'FY26', version = 1) =>
  who
    .patch(`/api/budgets/${id}?fy=${fy}`)
    .set({ 'if-match': `"v${version}"` })
    .send(body);
const read = async (id: number) => (await editor.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body;
const historyOf = async (id: number) => (await editor.get(`/api/services/${id}/history`).expect(200)).body.data;

describe('a closed month takes no budget', () => {
  test.each([
    ['typed', { months: { 1: '11.00' } }],
    ['emptied', { months: { 2: null } }],
    ['among open ones', { months: { 1: '10.00', 2: '11.00', 5: '12.00' } }],
  ])('%s: refused in words, and nothing is kept', async (_how, change) => {
    const { id } = await planned();
    const body = expectProblem(await patch(id, { ...change, reason }, controller), 409);
    expect(body.detail).toMatch(/^(Apr|May) 2025 is closed; the budget of a closed month cannot change$/);
    expect(await read(id)).toMatchObject({ version: 1, months: everyMonth('10.00') });
    expect(await historyOf(id)).toEqual([]);
  });

  test('in a block of many rows, of which then none is kept', async () => {
    const [one, two] = [await planned(), await planned()];
    const changes = [
      { id: one.id, version: 1, months: { 9: '1.00' } },
      { id: two.id, version: 1, months: { 1: '1.00', 2: '1.00' } },
    ];
    const answer = await controller.patch('/api/budgets?fy=FY26').send({ reason, changes });
    expect(expectProblem(answer, 409).detail).toContain('Apr 2025, May 2025 are closed');
    expect(await read(one.id)).toMatchObject({ version: 1, months: everyMonth('10.00') });
  });

  test('restored from the history', async () => {
    const { id } = await planned();
    await opened(() => patch(id, { months: { 1: '77.00', 9: '5.00' }, reason }).expect(200));
    const [entry] = await historyOf(id);
    const restore = (field: string) =>
      controller
        .post(`/api/services/${id}/history/${String(entry.id)}/restore`)
        .set({ 'if-match': '"v2"' })
        .send({ field, reason });
    expectProblem(await restore('months.1'), 409);
    expectProblem(await restore('budget'), 409);
    await restore('months.9').expect(200);
    expect((await read(id)).months).toEqual(['77.00', ...everyMonth('10.00').slice(1)]);
  });

  test('said as it is, it refuses nothing', async () => {
    const { id } = await planned();
    const { body } = await patch(id, { months: { 1: '10', 2: '10.0', 12: '0' }, reason }).expect(200);
    expect(body.budget).toBe('110.00');
  });
});

describe('a new year total', () => {
  test('is spread over open months only, evenly', async () => {
    const { id } = await planned();
    const { body } = await patch(id, { budget: '120.05', reason }).expect(200);
    expect(body.months).toEqual([...Array(3).fill('10.00'), ...Array(5).fill('10.01'), ...Array(4).fill('10.00')]);
    expect(Object.keys((await historyOf(id))[0].changes)).toEqual([
      'budget',
      ...[4, 5, 6, 7, 8].map((n) => `months.${n}`),
    ]);
  });

  test('is spread over open months only, in their shape', async () => {
    const months = ['500.00', '1.00', '1.00', '10.00', '30.00', ...Array<null>(7).fill(null)];
    const { id } = await planned(months, { phasing: 'PROFILE' });
    const { body } = await patch(id, { budget: '582.00', reason }).expect(200);
    expect(body.months).toEqual(['500.00', '1.00', '1.00', '20.00', '60.00', ...Array(7).fill('0.00')]);
  });

  test('that closed months exceed is refused: it takes somebody who types the negative months', async () => {
    const { id } = await planned();
    const { errors } = expectProblem(await patch(id, { budget: '29.99', reason }), 422);
    expect(errors).toMatchObject([{ pointer: '/budget', message: expect.stringContaining('hold 30.00 already') }]);
    expect((await patch(id, { budget: '30.00', reason }).expect(200)).body.months[11]).toBe('0.00');
    expect((await patch(id, { months: { 12: '-5.00' }, reason }, editor, 'FY26', 2).expect(200)).body.budget).toBe(
      '25.00',
    );
  });

  test('that is a credit itself is what it says', async () => {
    const { id } = await planned(everyMonth('0.00'));
    expect((await patch(id, { budget: '-9.00', reason }).expect(200)).body.months[11]).toBe('-1.00');
  });

  test('of a year without an open month is refused in words', async () => {
    const { id } = await planned();
    const { detail } = expectProblem(await patch(id, { budget: '1.00', reason }, controller, 'FY25'), 409);
    expect(detail).toMatch(/^No month of this year is open, so the budget of SVC-\w+ stays 0.00$/);
    await patch(id, { budget: '0.00', reason }, controller, 'FY25').expect(200);
    expect(past.id).not.toBe(year.id);
  });

  test('of a new service goes to open months only', async () => {
    const add = (uid: string, fy: string) =>
      editor.post('/api/services').send({ uid, fy, budget: '90.00', reason, service: 'New' });
    const { body } = await add('CLOSED-1', 'FY26').expect(201);
    expect((await read(body.id)).months).toEqual([null, null, null, ...Array(9).fill('10.00')]);
    expectProblem(await add('CLOSED-2', 'FY25'), 409);
  });
});

describe('a month that is being closed', () => {
  test('is left to controllers', async () => {
    const { id } = await planned();
    const { detail } = expectProblem(await patch(id, { months: { 3: '1.00' }, reason }), 403);
    expect(detail).toContain('Jun 2025 is being closed');
    const { body } = await patch(id, { months: { 3: '1.00' }, reason }, controller).expect(200);
    expect(body.months[2]).toBe('1.00');
    expect((await historyOf(id))[0]).toMatchObject({ reason, changes: { 'months.3': { from: '10.00', to: '1.00' } } });
  });

  test('takes no part in a new total, also of a controller', async () => {
    const { id } = await planned();
    const { body } = await patch(id, { budget: '300.00', reason }, controller).expect(200);
    expect(body.months).toEqual([...Array(3).fill('10.00'), ...Array(9).fill('30.00')]);
  });

  test('is open to an API key only with the permission', async () => {
    const { id } = await planned();
    const { body } = await controller
      .post('/api/api-keys')
      .send({ name: 'Loader', expiresInDays: 30, permissions: ['budgets.view', 'budgets.edit'] });
    const answer = await api
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set({ authorization: `Bearer ${String(body.key)}`, 'if-match': '"v1"' })
      .send({ months: { 3: '1.00' }, reason });
    expectProblem(answer, 403);
  });
});

test('a close at the moment of an edit: the one that comes first holds, and nothing is half done', async () => {
  const services = [];
  for (let n = 0; n < 6; n++) services.push(await planned());
  const edits = services.map(({ id }) => patch(id, { months: { 4: '99.00', 9: '99.00' }, reason }));
  const [answers] = await Promise.all([Promise.all(edits), setState(year.id, 'CLOSED', [4])]);
  for (const [index, { status }] of answers.entries()) {
    expect([200, 409]).toContain(status);
    const { months } = await read(services[index]!.id);
    expect([months[3], months[8]]).toEqual(status === 200 ? ['99.00', '99.00'] : ['10.00', '10.00']);
  }
  await setState(year.id, 'OPEN', [4]);
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
