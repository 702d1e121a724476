import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
  createPlanned,
} from './factories/index.ts';
import { sql } from './harness/sql.ts';
import { useTwoWriters, first, meet, second } from './harness/two-writers.ts';

useTwoWriters();

let year: Awaited<ReturnType<typeof createYear>>;
beforeAll(async () => {
  year = await createYear('FY26');
});
const planned = (overrides = {}) => createPlanned(year, overrides);
type Statement = [text: string, values: unknown[]];
const setState = (state: string): Statement => [
  'UPDATE plan_versions SET state = $1 WHERE id = $2',
  [state, year.planId],
];
const setPeriod = (number: number, state: string): Statement => [
  'UPDATE periods SET state = $1 WHERE number = $2 AND fiscal_year_id = $3',
  [state, number, year.id],
];
const m01Of = async (table: string, serviceId: number) =>
  (await sql<{ m01: string }>(`SELECT m01 FROM ${table} WHERE service_id = $1`, [serviceId]))[0]?.m01;

describe('a budget and the submission of its plan', () => {
  afterEach(() => sql(...setState('DRAFT')));

  const writes = {
    change: 'UPDATE plan_lines SET m01 = 5 WHERE service_id = $1',
    removal: 'DELETE FROM plan_lines WHERE service_id = $1',
  };
  test.each(Object.entries(writes))('submitting first: the %s waits, and is refused', async (_what, write) => {
    const { id } = await planned();
    await first.query(...setState('SUBMITTED'));
    expect(await meet(second.query(write, [id]))).toEqual({ result: 'OP002', waited: true });
    expect(await m01Of('plan_lines', id)).toBe('1.0000');
  });

  test('submitting first: a new line waits, and is refused', async () => {
    const { id } = await createService();
    await first.query(...setState('SUBMITTED'));
    const line = second.query('INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES ($1, $2, 5)', [
      year.planId,
      id,
    ]);
    expect(await meet(line)).toEqual({ result: 'OP002', waited: true });
  });

  test('a submission that is taken back refuses nothing', async () => {
    const { id } = await planned();
    await first.query(...setState('SUBMITTED'));
    expect(await meet(second.query(writes.change, [id]), 'ROLLBACK')).toEqual({ result: 'done', waited: true });
    expect(await m01Of('plan_lines', id)).toBe('5.0000');
  });

  test('writing first: the submission waits, and holds what was written', async () => {
    const { id } = await planned();
    await first.query(writes.change, [id]);
    const submitted = await meet(second.query(...setState('SUBMITTED')));
    expect(submitted).toEqual({ result: 'done', waited: true });
    expect(await m01Of('plan_lines', id)).toBe('5.0000');
  });
});

describe('an actual and the close of its month', () => {
  afterEach(() => sql(`UPDATE periods SET state = 'OPEN'`));

  const spent = async () => {
    const [{ id: serviceId }, { id: entityId }] = [await createService(), await createEntity()];
    await createActual({ serviceId, entityId, fiscalYearId: year.id, months: everyMonth('1.00') });
    return serviceId;
  };
  const change = 'UPDATE actuals SET m01 = 5 WHERE service_id = $1';

  test('closing first: the actual waits, and is refused', async () => {
    const id = await spent();
    await first.query(...setPeriod(1, 'CLOSED'));
    expect(await meet(second.query(change, [id]))).toEqual({ result: 'OP001', waited: true });
    expect(await m01Of('actuals', id)).toBe('1.0000');
  });

  test('writing first: the close waits', async () => {
    const id = await spent();
    await first.query(change, [id]);
    const closed = await meet(second.query(...setPeriod(1, 'CLOSED')));
    expect(closed).toEqual({ result: 'done', waited: true });
    expect(await m01Of('actuals', id)).toBe('5.0000');
  });

  test('another month waits for nobody', async () => {
    const id = await spent();
    await first.query(...setPeriod(2, 'CLOSED'));
    expect(await meet(second.query(change, [id]))).toEqual({ result: 'done', waited: false });
  });
});

describe('a fact of a month and its close', () => {
  afterEach(() => sql(`UPDATE periods SET state = 'OPEN'`));

  const facts = {
    'a budget': async (): Promise<Statement> => {
      const { id } = await planned();
      return ['UPDATE plan_lines SET m01 = 5 WHERE service_id = $1', [id]];
    },
    'a value of a key': async (): Promise<Statement> => {
      const { id } = await createKey([[(await createEntity()).id, '1']], '2025-04-01');
      const versions = 'SELECT id FROM allocation_key_versions WHERE allocation_key_id = $1';
      return [`UPDATE allocation_drivers SET value = 5 WHERE allocation_key_version_id IN (${versions})`, [id]];
    },
    'a version of a key': async (): Promise<Statement> => {
      const { id } = await createKey([[(await createEntity()).id, '1']], '2020-04-01');
      const insert = `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-04-01')`;
      return [insert, [id]];
    },
    'a rate': (): Statement => [
      `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) SELECT 'ACTUAL', id, '2025-04-09', 2 FROM currencies
       ON CONFLICT (rate_set, currency_id, effective_date) DO UPDATE SET rate = currency_rates.rate + 1`,
      [],
    ],
  } satisfies Record<string, () => Statement | Promise<Statement>>;

  test.each(Object.entries(facts))('closing first: %s waits, and is refused', async (_what, factOf) => {
    const fact = await factOf();
    await first.query(...setPeriod(1, 'CLOSED'));
    expect(await meet(second.query(...fact))).toEqual({ result: 'OP001', waited: true });
  });

  test.each(Object.entries(facts))('writing first: the close waits for %s', async (_what, factOf) => {
    await first.query(...(await factOf()));
    const closed = await meet(second.query(...setPeriod(1, 'CLOSED')));
    expect(closed).toEqual({ result: 'done', waited: true });
  });

  test('a budget of another month waits for nobody', async () => {
    const { id } = await planned();
    await first.query(...setPeriod(2, 'CLOSED'));
    const change = second.query('UPDATE plan_lines SET m01 = 5 WHERE service_id = $1', [id]);
    expect(await meet(change)).toEqual({ result: 'done', waited: false });
  });

  test('a switch of the plan waits for the close, and is refused at its commit', async () => {
    await planned();
    await first.query(...setPeriod(1, 'CLOSED'));
    await second.query('UPDATE plan_versions SET is_current = false WHERE id = $1', [year.planId]);
    expect(await meet(second.query('COMMIT'))).toEqual({ result: 'OP001', waited: true });
  });

  test('of two writers of one key the second sees the months that the first has left it', async () => {
    const { id } = await createKey([[(await createEntity()).id, '1']], '2025-04-01');
    const [{ id: later } = { id: 0 }] = await sql<{ id: number }>(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-10-01') RETURNING id`,
      [id],
    );
    await first.query('DELETE FROM allocation_key_versions WHERE id = $1', [later]);
    const change = second.query(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-09-01')`,
      [id],
    );
    expect(await meet(change)).toEqual({ result: 'done', waited: true });
  });
});
