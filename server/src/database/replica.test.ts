import pg from 'pg';
import { expect, test } from 'vitest';
import { config } from '../config.ts';
import { onReplica, type ReportSource } from './replica.ts';

const connectionString = config.DATABASE_READ_REPLICA_URL;
const connected = async () => {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return client;
};

/** As when its server goes away. */
async function lose({ client }: ReportSource) {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve())); // events.once would hear errors too
  const other = await connected();
  await other.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
  await ended;
  await other.end();
}

test('a report whose connection is lost between two statements comes from the primary', async () => {
  await expect.poll(async () => (await connected()).end(), { timeout: 20_000 }).toBeUndefined(); // it follows at its pace,
  await expect.poll(() => onReplica(({ fromReplica }) => Promise.resolve(fromReplica)), { timeout: 20_000 }).toBe(true); // and is asked once it has caught up
  const sources: boolean[] = [];
  await onReplica(async (source) => {
    sources.push(source.fromReplica);
    if (source.fromReplica) await lose(source);
    await source.client.query('SELECT 1');
  });
  expect(sources).toEqual([true, false]);
});
