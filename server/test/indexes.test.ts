import { trackerFields } from '@opex/contracts/tracker';
import { monthFigureFields } from '@opex/contracts/fields/service';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { as, type Person } from './harness/as.ts';
import { loadDemo } from '../local/demo/load.ts';
import { sql } from './harness/sql.ts';
import { primaryPool } from '../src/database/database.ts';

/** What people wait for must not read one of these from end to end. */
const bigTables = [
  'services',
  'service_years',
  'service_entity_years',
  'plan_lines',
  'actuals',
  'audit_entries',
  'remarks',
];
/** A fifth of all services belong to an entity: to read their names one by one is not cheaper than to read all. */
const bigTablesOfAnEntity = bigTables.filter((table) => table !== 'services');

let viewer: Person;
let scoped: Person;

type Statement = { text: string; values?: unknown[] };
const isOurs = (query: unknown): query is Statement =>
  typeof query === 'object' && query !== null && 'text' in query && /\b(FROM|JOIN)\s/.test((query as Statement).text);
const spy = vi.spyOn(pg.Client.prototype, 'query');

beforeAll(async () => {
  await loadDemo(process.env['MIGRATION_DATABASE_URL']!, { size: 'reference' });
  // As it is in service, where vacuum keeps the visibility map and the statistics.
  for (const table of ['services', 'service_years', 'service_entity_years', 'plan_lines', 'actuals', 'remarks'])
    await sql(`VACUUM (ANALYZE) ${table}`);
  viewer = await as('Approver');
  scoped = await as('Viewer', [3]);
  await primaryPool.query(`INSERT INTO remarks (service_id, author_name, text) VALUES (1, 'x', 'x')`);
}, 300_000);
afterAll(() => spy.mockRestore());

/** The statements an answer took. */
async function statementsOf(path: string, query: object, who: Person): Promise<Statement[]> {
  spy.mockClear();
  const { body } = await who.get(path).query(query).expect(200);
  expect(body.data?.length ?? 1, 'an answer without rows proves nothing').toBeGreaterThan(0);
  return spy.mock.calls.map(([statement]) => statement as unknown).filter(isOurs);
}

async function planOf({ text, values = [] }: Statement): Promise<string> {
  const { rows } = await primaryPool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

/** Totals of a filter read what they add up, once; what is paged or looked up does not. */
const isTotals = ({ text }: Statement) => /^SELECT count\(\*\)/.test(text);

async function expectNoSeqScan(path: string, query: object = {}, who = viewer, tables = bigTables) {
  const seqScan = new RegExp(`Seq Scan on (${tables.join('|')})\\b`);
  const statements = (await statementsOf(path, query, who)).filter((statement) => !isTotals(statement));
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) {
    const plan = await planOf(statement);
    expect(seqScan.exec(plan)?.[1], `${statement.text}\n${plan}`).toBeUndefined();
  }
}

const list = (query: object) => expectNoSeqScan('/api/budgets', { fy: 'FY26', ...query });
const nextOf = async (query: object): Promise<string> =>
  (await viewer.get('/api/budgets').query({ fy: 'FY26', ...query })).body.pagination.next;

describe('the tracker reads an index', () => {
  // Figures of a month are added up of the shares of its year: there is nothing to find.
  test.each(Object.keys(trackerFields).filter((field) => !(field in monthFigureFields)))(
    'ordered by %s, up and down, at its beginning, further on and after a cursor',
    async (field) => {
      for (const sort of [field, `-${field}`]) {
        await list({ sort });
        await list({ sort, page: 5 });
        await list({ sort, after: await nextOf({ sort, page: 3 }) });
      }
    },
  );

  test.each([
    { q: 'svc-0042' },
    { uid: 'SVC-0042' },
    { 'uid.like': '-0042' },
    { 'owner.like': 'a', 'uid.like': '-004', sort: '-budget' },
    { vendor: '3' },
    { vendor: '3,4', sort: '-budget' },
    { tower: '5', status: 'Active', sort: '-ytdVariance' },
    { 'endDate.gte': '2026-01-01', 'endDate.lt': '2026-04-01', sort: 'endDate' },
    { 'budget.gte': '1000000', sort: '-budget' },
    { 'actual.gt': '0', sort: 'uid' },
    { status: 'Retired' },
    { 'vendor.empty': 'false' },
    { with: 'months' },
    { exception: 'over-budget' },
    { exception: 'over-budget', sort: 'ytdVariance' },
    { exception: 'unallocated' },
  ])('filtered by %j', async (query) => {
    await list(query);
  });

  test.each([{}, { sort: '-budget' }, { q: 'a' }])('for one entity, and for who sees one, with %j', async (query) => {
    await expectNoSeqScan('/api/budgets', { fy: 'FY26', ...query, entity: '2' }, viewer, bigTablesOfAnEntity);
    await expectNoSeqScan('/api/budgets', { fy: 'FY26', ...query }, scoped, bigTablesOfAnEntity);
  });
});

describe('so do', () => {
  test.each([
    '/api/services/42',
    '/api/services/42/months?fy=FY26',
    '/api/services/42/entities?fy=FY26',
    '/api/services/1/remarks',
    '/api/reports/dashboard?fy=FY26',
    '/api/reports/dashboard?fy=FY26&entity=3',
    '/api/search?q=svc-0042',
    '/api/vendors?limit=200',
  ])('%s', async (path) => {
    await expectNoSeqScan(path);
  });

  test('the history of a service, however long the log', async () => {
    await primaryPool.query(
      `INSERT INTO audit_entries (actor_name, action, subject_type, subject_id, subject_label)
       SELECT 'x', 'service.updated', 'service', 1 + n % 500, 'x' FROM generate_series(1, 3000) n`,
    );
    await sql('VACUUM (ANALYZE) audit_entries');
    await expectNoSeqScan('/api/services/42/history');
    await expectNoSeqScan('/api/audit');
    await expectNoSeqScan('/api/audit', { sort: '-at' });
    await expectNoSeqScan('/api/audit/batches');
  });
});
