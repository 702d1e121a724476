import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { startAnother } from '../../test/harness/instances.ts';
import { proxyTo } from '../../test/harness/tcp-proxy.ts';
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

describe('several replicas', () => {
  /** Two ways to one replica count as two of them. */
  async function withTwo(
    work: (ways: Awaited<ReturnType<typeof proxyTo>>[], health: () => Promise<string>) => Promise<void>,
  ) {
    const ways = [await proxyTo(connectionString!), await proxyTo(connectionString!)];
    const other = await startAnother({ DATABASE_READ_REPLICA_URL: ways.map(({ url }) => url).join(', ') });
    const health = async () => ((await (await fetch(`${other.origin}/health`)).json()) as { replica: string }).replica;
    try {
      await expect.poll(health, { timeout: 20_000 }).toBe('in use');
      await work(ways, health);
    } finally {
      await other.stop();
      for (const way of ways) await way.cut();
    }
  }
  const sourcesOf = async (times: number) => {
    const { onReplica: read } = await import('./replica.ts'); // of the other process
    const ports = new Set<string>();
    for (let time = 0; time < times; time++)
      ports.add(
        await read(({ client, fromReplica }) =>
          Promise.resolve(fromReplica ? `replica ${(client as unknown as { port: number }).port}` : 'primary'),
        ),
      );
    return [...ports].toSorted();
  };

  test('take turns; one that is away is left out and comes back, and the primary is the last resort', async () => {
    await withTwo(async (ways, health) => {
      const named = ways.map(({ url }) => `replica ${new URL(url).port}`);
      const asked = () => sourcesOf(10);
      await expect.poll(asked, { timeout: 10_000 }).toEqual(named.toSorted());
      await ways[0]!.cut();
      await expect.poll(health).toBe('1 of 2 in use');
      await expect.poll(asked, { timeout: 10_000 }).toEqual([named[1]]);
      await ways[1]!.cut();
      expect(await asked()).toEqual(['primary']);
      await expect.poll(health).toBe('not in use');
      await ways[0]!.mend();
      await expect.poll(asked, { timeout: 10_000 }).toEqual([named[0]]);
    });
  });
});
