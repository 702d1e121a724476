import { beforeAll, expect, test } from 'vitest';
import { createService, createYear, everyMonth } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { database, primaryPool } from '../../database/database.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as fiscalYears from './fiscal-years.service.ts';

let viewer: Person;
const list = async () => (await viewer.get('/api/fiscal-years').expect(200)).body;

beforeAll(async () => {
  viewer = await as('Viewer');
});

test('without any year there is no current one, and whoever asks for it is told', async () => {
  expect(await list()).toEqual({ baseCurrency: 'INR', data: [] });
  const { body } = await viewer.get('/api/budgets').expect(404);
  expect(body.detail).toContain('fiscal year');
});

test('years come newest first, with their periods and current plan; the current one is that of today, or the last', async () => {
  await createYear('FY24', { planState: 'LOCKED', state: 'CLOSED' });
  await createYear('FY25');
  const { data } = await list();
  expect(data.map(({ label }: { label: string }) => label)).toEqual(['FY25', 'FY24']);
  expect(data.map(({ current }: { current: boolean }) => current)).toEqual([true, false]);
  expect(data[1]).toMatchObject({
    startDate: '2023-04-01',
    endDate: '2024-03-31',
    plan: { name: 'Original', state: 'LOCKED' },
  });
  expect(data[1].periods).toHaveLength(12);
  expect(data[1].periods[10]).toEqual({
    ...{ number: 11, label: 'Feb 2024', startDate: '2024-02-01', endDate: '2024-02-29', state: 'CLOSED' },
    stateSince: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
  });
  expect((await viewer.get('/api/budgets').expect(200)).body.fy).toBe('FY25');

  const { rows } = await primaryPool.query<{ label: string }>(
    `SELECT 'FY' || to_char(current_date + interval '9 months', 'YY') AS label`,
  );
  const { label } = rows[0]!;
  await createYear(label);
  await createYear('FY90');
  expect((await list()).data.find(({ current }: { current: boolean }) => current).label).toBe(label);
});

test('a month counts as reported once it is over, and the figures to date follow with an entry in the log', async () => {
  const year = await createYear('FY23', { reportedThrough: 3 });
  const service = await createService({}, { planId: year.planId, months: everyMonth('1.00') });
  const toDate = async () => (await viewer.get(`/api/budgets/${service.id}?fy=FY23`).expect(200)).body.ytdBudget;
  expect(await toDate()).toBe('3.00');
  await fiscalYears.advanceReported();
  expect(await toDate()).toBe('12.00');
  const entry = () => database.auditEntry.findMany({ where: { action: 'fiscal-year.reported', subjectLabel: 'FY23' } });
  expect(await entry()).toMatchObject([{ actorName: 'Calendar', changes: { reportedThrough: { to: 12 } } }]);
  await fiscalYears.advanceReported();
  expect(await entry()).toHaveLength(1);
  expect((await list()).data.find(({ label }: { label: string }) => label === 'FY90').reportedThrough).toBe(0);
  expect(await brokenInvariants()).toEqual([]);
});

test('a new installation gets the year that today lies in, once', async () => {
  await sql('TRUNCATE fiscal_years CASCADE');
  await inTransaction(['masters'], () => Promise.resolve());
  await fiscalYears.ensureFirstYear('2026-11-21');
  await fiscalYears.ensureFirstYear('2030-01-01');
  const { data } = await list();
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ label: 'FY27', startDate: '2026-04-01', plan: { name: 'Original', state: 'DRAFT' } });
  expect(data[0].periods).toHaveLength(12);
});
