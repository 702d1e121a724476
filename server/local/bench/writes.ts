import type { ApiClient } from '../api-client.ts';
import { median } from './load.ts';
import type { Server } from './servers.ts';

/** A budget changes, and the next request is the dashboard: nothing of it is cached. */
export async function dashboardAfterWrite(client: ApiClient, times: number) {
  const { data } = (await client.json('/api/budgets?fy=FY26&limit=100&sort=-budget')) as {
    data: { id: number; version: number }[];
  };
  const reads: number[] = [];
  const writes: number[] = [];
  for (let round = 0; round < times + 5; round++) {
    const row = data[round % data.length] as { id: number; version: number };
    const begun = performance.now();
    const changed = (await client.json(`/api/budgets/${row.id}?fy=FY26`, {
      method: 'PATCH',
      version: row.version,
      body: { budget: `${1_000_000 + round}.00`, reason: 'Measured' },
    })) as { version: number };
    row.version = changed.version;
    const written = performance.now();
    await client.text('/api/reports/dashboard?fy=FY26');
    // The first few warm up connections and plans.
    if (round < 5) continue;
    writes.push(written - begun);
    reads.push(performance.now() - written);
  }
  return { milliseconds: median(reads), writeMilliseconds: median(writes) };
}

export async function rollUp({ url }: Server): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 60; round++) {
    const begun = performance.now();
    await (await fetch(`${url}/rollup`)).text();
    if (round >= 10) times.push(performance.now() - begun);
  }
  return median(times);
}
