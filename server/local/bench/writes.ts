import type { ApiClient } from '../api-client.ts';
import { median } from '../measuring.ts';
import type { Row } from './report.ts';
import type { Server } from './servers.ts';

/**
 * A budget changes, and the next request is the dashboard: nothing of it is cached. Twice, because a process compiles what
 * runs often, and its first hundred edits take half as long again.
 */
export async function dashboardAfterWrite(client: ApiClient, times: number) {
  const first = await editAndRead(client, times);
  return { ...(await editAndRead(client, times)), firstWriteMilliseconds: first.writeMilliseconds };
}

async function editAndRead(client: ApiClient, times: number) {
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
      body: { months: { 12: `${1_000_000 + round}.00` }, reason: 'Measured' },
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

const reason = 'Measured';
const low = { lowerIsBetter: true, absolute: true } as const;
type Seen = { id: number; version: number };

/** Writes alone and together: of a word, of a month, of a hundred rows, and twenty writers each at a service of its own. */
export async function writeRows(client: ApiClient, times: number): Promise<Row[]> {
  const { data } = (await client.json('/api/budgets?fy=FY26&limit=200&sort=-budget')) as {
    data: Seen[];
  };
  const patch = async (row: Seen, change: object) => {
    const begun = performance.now();
    const body = { ...change, reason };
    const after = (await client.json(`/api/budgets/${row.id}?fy=FY26`, {
      ...{ method: 'PATCH', version: row.version, body },
    })) as Seen;
    row.version = after.version;
    return performance.now() - begun;
  };
  /** Differs from every value before. */
  let last = 1_000;
  const another = () => `${++last}.00`;
  const words = () => ({ description: `Measured ${++last}` });
  const month = () => ({ months: { 12: another() } });

  const series = async (count: number, work: (round: number) => Promise<number>) => {
    const measured: number[] = [];
    for (let round = 0; round < count + 5; round++) {
      const time = await work(round);
      if (round >= 5) measured.push(time); // the first few warm up connections and plans
    }
    return measured;
  };
  const rowOf = (at: number) => data[at % data.length] as Seen;
  const ofWords = await series(times, (round) => patch(rowOf(round), words()));
  const ofMonth = await series(times, (round) => patch(rowOf(round), month()));

  const hundred = async () => {
    const rows = data.slice(0, 100);
    const begun = performance.now();
    const { data: after } = (await client.json('/api/budgets?fy=FY26', {
      method: 'PATCH',
      body: { changes: rows.map(({ id, version }) => ({ id, version, ...month() })), reason },
    })) as { data: Seen[] };
    const time = performance.now() - begun;
    for (const row of rows) row.version = after.find(({ id }) => id === row.id)?.version ?? 0;
    return time;
  };
  const ofHundred = await series(Math.ceil(times / 5), hundred);

  /** Every writer has services of its own, so that none waits for another but where all writers queue. */
  const together = async (writers: number) => {
    const begun = performance.now();
    const each = await Promise.all(
      Array.from({ length: writers }, (_, writer) =>
        series(times / 4, (round) => patch(rowOf(writer + writers * (round % 10)), month())),
      ),
    );
    const seconds = (performance.now() - begun) / 1_000;
    return { times: each.flat(), perSecond: (writers * (times / 4 + 5)) / seconds };
  };
  const two = await together(2);
  const twenty = await together(20);
  return [
    { name: 'one description written', unit: 'ms', product: median(ofWords), must: 15, aim: 10, ...low },
    { name: 'one month written and settled', unit: 'ms', product: median(ofMonth), must: 15, aim: 8, ...low },
    { name: 'a month of 100 rows in one request', unit: 'ms', product: median(ofHundred), must: 60, aim: 60, ...low },
    {
      ...{ name: 'a month, two writers at once', unit: 'ms', product: median(two.times), baseline: median(ofMonth) },
      ...{ must: 2, aim: 1.5, lowerIsBetter: true, note: `${Math.round(two.perSecond)} writes/s` },
    },
    {
      ...{ name: 'a month, 20 writers at once', unit: 'ms', product: median(twenty.times), baseline: median(ofMonth) },
      ...{ must: 20, aim: 10, lowerIsBetter: true, note: `${Math.round(twenty.perSecond)} writes/s` },
    },
  ];
}
