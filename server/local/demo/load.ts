import type { Action, SubjectType } from '@opex/contracts/changes';
import { at } from './at.ts';
import type pg from 'pg';
import { settleOwn } from '../../src/features/figures/settling.service.ts';
import { withClient } from '../../src/database/with-client.ts';
import { type Day, today } from './calendar.ts';
import { type Company, type Size, foundCompany } from './company.ts';
import { copy } from './copy.ts';
import { currencies } from './rates.ts';
import { foundServices } from './services.ts';
import { type CurrencyId, type Table, tablesOf } from './tables.ts';

export interface LoadOptions {
  size: Size;
  /** The day the company is looked at. */
  asOf?: Day;
  /** Hears one line per step. */
  say?: (line: string) => void;
}

/** Loads the demo company into an empty, migrated database, all of it or nothing; tells the rows of each table. */
export async function loadDemo(
  connectionString: string,
  { size, asOf, say }: LoadOptions,
): Promise<Map<string, number>> {
  const company = foundCompany(size, asOf ?? (size === 'demo' ? today() : '2026-01-20'));
  const loadAll = async (client: pg.Client) => {
    await client.query('BEGIN'); // an open transaction ends with its connection
    const counts = await load(client, company, size, stopwatch(say));
    await client.query('COMMIT');
    return counts;
  };
  return withClient(connectionString, loadAll, { application_name: 'opex-demo' });
}

type Timed = <T>(what: string, work: () => Promise<T>) => Promise<T>;

function stopwatch(say: LoadOptions['say']): Timed {
  return async (what, work) => {
    const start = performance.now();
    const result = await work();
    say?.(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return result;
  };
}

async function load(client: pg.Client, company: Company, size: Size, timed: Timed): Promise<Map<string, number>> {
  const services = await timed('Company made', () => Promise.resolve(foundServices(company)));
  const tables = tablesOf(company, services, await addCurrencies(client));
  await removeUnusedYears(client);
  await refuseWhenUsed(client, tables);
  await client.query("SET LOCAL opex.settles = 'on'");
  const counts = new Map<string, number>();
  await timed('Facts copied', async () => {
    for (const table of tables) counts.set(table.name, await fill(client, table));
  });
  await timed('Facts analysed', () => client.query(`ANALYZE ${[...counts.keys()].join(', ')}`));
  await timed('Figures computed', () => settleOwn(client));
  await timed('Constraints checked', () => client.query('SET CONSTRAINTS ALL IMMEDIATE'));
  await timed('Figures analysed', () =>
    client.query('ANALYZE service_years, service_entity_years, tower_entity_years, vendor_entity_years, vendor_years'),
  );
  await closeThePast(client, company);
  await announce(client, size, company, counts);
  return counts;
}

/** A server that was started on the empty database has given it a year; the company brings its own. */
async function removeUnusedYears(client: pg.Client): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM services LIMIT 1');
  if (rowCount === 0)
    for (const table of ['periods', 'plan_versions', 'fiscal_years']) await client.query(`DELETE FROM ${table}`);
}

async function refuseWhenUsed(client: pg.Client, tables: Table[]): Promise<void> {
  for (const { name } of tables.toReversed()) {
    const { rowCount } = await client.query(`SELECT FROM ${name} LIMIT 1`);
    if (rowCount)
      throw new Error(`This database already holds ${name.replaceAll('_', ' ')}; the demo company needs an empty one.`);
  }
}

async function addCurrencies(client: pg.Client): Promise<CurrencyId> {
  await client.query(
    'INSERT INTO currencies (code, name) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (code) DO NOTHING',
    [Object.keys(currencies), Object.values(currencies)],
  );
  const { rows } = await client.query<{ id: number; code: string }>('SELECT id, code FROM currencies');
  return (code) =>
    at(
      rows.filter((row) => row.code === code),
      0,
    ).id;
}

async function fill(client: pg.Client, { name, columns, rows }: Table): Promise<number> {
  const count = await copy(client, name, columns, rows);
  if (columns[0] === 'id')
    await client.query(`SELECT setval(pg_get_serial_sequence('${name}', 'id'), max(id)) FROM ${name}`);
  return count;
}

/** Closes the past: two years whole, of the current one all but its last completed month; locks the oldest plan. */
async function closeThePast(client: pg.Client, { asOf }: Company): Promise<void> {
  await client.query(
    `UPDATE periods SET state = CASE WHEN latest AND number = reported_through THEN 'SOFT' ELSE 'CLOSED' END,
       state_since = least(end_date + 8, $1::date)
     FROM (SELECT id, reported_through, start_date = max(start_date) OVER () AS latest FROM fiscal_years) AS year
     WHERE fiscal_year_id = year.id AND number <= reported_through`,
    [asOf],
  );
  await client.query(`
    UPDATE plan_versions SET state = 'LOCKED'
    WHERE fiscal_year_id = (SELECT id FROM fiscal_years ORDER BY start_date LIMIT 1)`);
}

async function announce(client: pg.Client, size: Size, { asOf }: Company, counts: Map<string, number>): Promise<void> {
  await client.query(`
    UPDATE cache_tags SET version = version + 1
    FROM (SELECT tag FROM cache_tags ORDER BY tag FOR UPDATE) AS locked WHERE cache_tags.tag = locked.tag`);
  await client.query(
    `INSERT INTO audit_entries (actor_name, action, subject_type, subject_label, changes)
     VALUES ('Demo', $1, $2, $3, $4)`,
    [
      'demo.loaded' satisfies Action,
      'demo' satisfies SubjectType,
      size,
      Object.fromEntries([['asOf', asOf] as const, ...counts].map(([name, to]) => [name, { from: null, to }])),
    ],
  );
}
