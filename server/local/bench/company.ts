import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { grantToApplication } from '../../src/database/grants.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { settleOwn } from '../../src/features/figures/settling.service.ts';
import { loadDemo } from '../demo/load.ts';
import { randomFrom } from '../measuring.ts';

/** What the baseline orders by, for each order that the product is asked for. */
const orders: Record<string, string> = {
  uid: 'lower(s.uid)',
  vendor: 's.vendor_key',
  service: 'lower(s.service)',
  tower: 's.tower_key',
  budgetHead: 's.budget_head_key',
  owner: 'lower(s.owner)',
  endDate: 's.end_date',
  renewalDate: 's.renewal_date',
  budget: 'y.budget',
  actual: 'y.actual',
  committed: 'y.committed',
  variance: 'y.variance',
  ytdVariance: 'y.ytd_variance',
};

/**
 * A replica that still replays the load would take a core from what is measured, and could not answer as of now. It says
 * every ten seconds which rows it may still need; until it has, a VACUUM makes none visible to all.
 */
async function untilReplayed(primary: pg.Client, replicaUrl: string) {
  const replica = new pg.Client({ connectionString: replicaUrl });
  await replica.connect();
  const { rows } = await primary.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn() AS lsn');
  const isBehind = async () => {
    const text = 'SELECT pg_last_wal_replay_lsn() < $1::pg_lsn AS behind';
    return (await replica.query<{ behind: boolean }>(text, [rows[0]?.lsn])).rows[0]?.behind;
  };
  while (await isBehind()) await sleep(100);
  await replica.end();
  const holdsBack = async () => {
    const text = 'SELECT EXISTS (SELECT FROM pg_replication_slots WHERE age(xmin) > 1) AS behind';
    return (await primary.query<{ behind: boolean }>(text)).rows[0]?.behind;
  };
  while (await holdsBack()) await sleep(100);
}

export async function prepareCompany(
  env: Record<string, string>,
  size: 'reference' | 'x10',
  say: (line: string) => void,
) {
  const name = `opex_${size}`;
  const urlOf = (server: string | undefined) => {
    const url = new URL(server ?? '');
    url.pathname = name;
    return url.toString();
  };
  const admin = new pg.Client({ connectionString: env['TEST_DATABASE_URL'] });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = urlOf(env['TEST_DATABASE_URL']);
  const applicationUrl = urlOf(env['TEST_APPLICATION_URL']);
  await applyMigrations(url);
  await grantToApplication(url, applicationUrl);
  say(`Loading the ${size} company`);
  await loadDemo(url, { size });
  const database = new pg.Client({ connectionString: url });
  await database.connect();
  // As the server would do by itself, so that neither it nor what follows from it is done during a measurement.
  await database.query(
    `BEGIN; SET LOCAL opex.settles = 'on';
     UPDATE fiscal_years y SET reported_through = (SELECT count(*) FROM periods WHERE fiscal_year_id = y.id AND end_date < current_date)`,
  );
  await settleOwn(database);
  await database.query('COMMIT');
  await untilReplayed(database, urlOf(env['TEST_REPLICA_URL']));
  await database.query('VACUUM ANALYZE');
  await database.query('CREATE TABLE finished_rollup AS SELECT * FROM service_entity_years ORDER BY id LIMIT 1300');
  await untilReplayed(database, urlOf(env['TEST_REPLICA_URL']));
  const pids = await Promise.all([url, urlOf(env['TEST_REPLICA_URL'])].map(postmasterOf));
  const { rows } = await database.query<{ id: number }>('SELECT id FROM fiscal_years ORDER BY start_date DESC');
  await database.end();
  const [year, previous, earlier] = rows.map(({ id }) => String(id));

  return {
    url,
    applicationUrl,
    replicaUrl: urlOf(env['TEST_REPLICA_URL']),
    baselineEnv: {
      YEAR: year ?? '',
      PREVIOUS: previous ?? '',
      EARLIER: earlier ?? '',
      ORDERS: JSON.stringify(baselineOrders()),
    },
    listPages,
    /** Of the primary and its replica. */
    pids,
  };
}

async function postmasterOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ folder: string }>(`SELECT current_setting('data_directory') AS folder`);
  await client.end();
  return Number(readFileSync(join(rows[0]?.folder ?? '', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

const baselineOrders = () =>
  Object.fromEntries(
    Object.entries(orders).flatMap(([field, text]) => [
      [field, { text, direction: 'ASC' }],
      [`-${field}`, { text, direction: 'DESC' }],
    ]),
  );

/** Every order both ways, every page, whole and by tower: thousands of pages, none twice. */
function listPages() {
  const pages: { product: string; baseline: string }[] = [];
  for (const tower of ['', '3', '5', '7'])
    for (let page = 1; page <= (tower ? 8 : 100); page++)
      for (const sort of Object.keys(baselineOrders())) {
        const filter = tower && `&tower=${tower}`;
        pages.push({
          product: `/api/budgets?fy=FY26&limit=50&sort=${sort}&page=${page}${filter}`,
          baseline: `/list?sort=${sort}&page=${page}${filter}`,
        });
      }
  return shuffled(pages);
}

/** In an order that mixes them, the same in every run. */
function shuffled<Item>(items: Item[]): Item[] {
  const random = randomFrom(7);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}
