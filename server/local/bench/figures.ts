import pg from 'pg';
import { shareOut, targetOf } from '../../src/features/figures/engine.rules.ts';
import { settleEverything, settleOwn } from '../../src/features/figures/settling.service.ts';
import { median } from '../measuring.ts';
import type { Row } from './report.ts';

const lowIsGood = { unit: 'ms', lowerIsBetter: true, absolute: true } as const;

async function medianOf(times: number, work: () => Promise<void> | void): Promise<number> {
  const measured: number[] = [];
  for (let round = 0; round < times + 2; round++) {
    const begun = performance.now();
    await work();
    if (round >= 2) measured.push(performance.now() - begun); // the first ones warm up
  }
  return median(measured);
}

/** 2 000 services in 12 months over 21 entities, exactly: the engine alone. */
export async function engineRow(): Promise<Row> {
  const drivers = Array.from({ length: 21 }, (_, index) => ({
    entityId: index + 1,
    weight: BigInt(((index * 7_919) % 5_000) + 1) * 100_000_000n,
  }));
  const keys = new Map([[1, [{ validFrom: '2020-04-01', target: targetOf(drivers) }]]]);
  const starts = Array.from({ length: 12 }, (_, month) =>
    new Date(Date.UTC(2025, 3 + month, 1)).toISOString().slice(0, 10),
  );
  const year = { id: 1, reportedThrough: 6, starts };
  const shared = { validFrom: '0001-01-01', shared: true, entityId: null, budgetKeyId: 1, actualKeyId: null };
  const services = Array.from({ length: 2_000 }, (_, service) => ({
    assignments: [shared],
    budget: starts.map((_day, month) => ((service * 7_919 + month * 104_729) % 100_000_000) * 13 + month),
    actual: starts.map(() => 0),
    committed: 0,
  }));
  const product = await medianOf(9, () => {
    for (const facts of services) shareOut(facts, year, keys);
  });
  return { name: 'allocation of everything, 504 000 cells', product, must: 300, aim: 100, ...lowIsGood };
}

/** Figures of the whole company, and of a key of 100 services: each in a transaction that is taken back. */
export async function figuresRows(connectionString: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString, options: '-c opex.settles=on' });
  await client.connect();
  const takenBack = async (prepare: () => Promise<unknown>, work: () => Promise<unknown>) => {
    await client.query('BEGIN');
    await prepare();
    const begun = performance.now();
    await work();
    const milliseconds = performance.now() - begun;
    await client.query('ROLLBACK');
    return milliseconds;
  };
  const best = async (times: number, ...story: Parameters<typeof takenBack>) => {
    const measured: number[] = [];
    for (let round = 0; round < times; round++) measured.push(await takenBack(...story));
    return median(measured);
  };
  const summaries = 'service_years, service_entity_years, tower_entity_years, vendor_entity_years, vendor_years';
  const fromNothing = await best(
    3,
    () => client.query(`TRUNCATE ${summaries}`),
    () => settleEverything(client),
  );
  const again = await best(
    3,
    () => Promise.resolve(),
    () => settleEverything(client),
  );
  const { rows } = await client.query<{ id: number; services: number }>(
    `SELECT budget_key_id AS id, count(*)::int AS services FROM services WHERE budget_key_id IS NOT NULL
     GROUP BY 1 ORDER BY abs(count(*) - 100) LIMIT 1`,
  );
  const key = rows[0] ?? { id: 0, services: 0 };
  const ofKey = await best(
    9,
    () => Promise.resolve(),
    async () => {
      await client.query(
        `WITH version AS (INSERT INTO allocation_key_versions (allocation_key_id, valid_from) 
          SELECT $1::int, max(end_date) + 1 FROM periods WHERE state = 'CLOSED' RETURNING id)
         INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value)
         SELECT version.id, entities.id, 10 + entities.id * 7 FROM version CROSS JOIN (SELECT id FROM entities ORDER BY id LIMIT 11) AS entities`,
        [key.id],
      );
      await settleOwn(client);
    },
  );
  await client.end();
  return [
    { name: `a key of ${key.services} services`, product: ofKey, must: 100, aim: 40, ...lowIsGood },
    { name: 'all figures, from nothing', product: fromNothing, must: 2_000, aim: 1_000, ...lowIsGood },
    { name: 'all figures, of which none differs', product: again, must: 2_000, aim: 1_000, ...lowIsGood },
  ];
}
