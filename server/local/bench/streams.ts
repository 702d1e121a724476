import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hashOfToken } from '../../src/features/sessions/sessions.rules.ts';
import { ApiClient } from '../api-client.ts';
import { median } from '../measuring.ts';
import { hasNginx, startNginx } from './nginx.ts';
import { print, type Row } from './report.ts';
import { residentMegabytes, type Server } from './servers.ts';
import { StreamReader } from './stream-reader.ts';

const people = 2_000;
/** Of these the reader sees all entities, and hears of every change. */
const seeingAll = 1_600;
const rounds = 15;
/** The server collects garbage when it is told to; otherwise what is measured is when it last felt like it. */
export const collectsWhenTold = ['--expose-gc', '--import', "data:text/javascript,process.on('SIGUSR2',()=>gc())"];

type StreamSettings = {
  folder: string;
  start: (extra: Record<string, string>) => Promise<Server>;
  account: { email: string; password: string };
  /** Of the owner of the tables. */
  databaseUrl: string;
  say: (line: string) => void;
};

/** Two thousand pages that are open all day: what they cost, how soon they hear of a change, and what happens when all come back at once. */
export async function measureStreams({ folder, start, account, databaseUrl, say }: StreamSettings) {
  let cookies: string[] | undefined;
  const rows: Row[] = [];
  for (const way of hasNginx ? (['direct', 'behind nginx'] as const) : (['direct'] as const)) {
    say(`${people.toLocaleString('en-US')} live streams, ${way}`);
    const server = await start(way === 'direct' ? {} : { TRUST_PROXY: '1' });
    // The first server makes the first administrator, as long as there is nobody.
    cookies ??= await peopleAtWork(databaseUrl);
    const nginx = way === 'direct' ? undefined : await startNginx(folder, [server.port]);
    const url = nginx?.url ?? server.url;
    try {
      rows.push(...(await measure(url, server, cookies, account, say)).map((row) => ({ ...row, name: `${row.name}, ${way}` }))); // prettier-ignore
    } finally {
      await nginx?.stop();
      await server.stop();
    }
  }
  print(rows, say);
  return rows;
}

async function measure(
  url: string,
  server: Server,
  cookies: string[],
  account: StreamSettings['account'],
  say: (line: string) => void,
): Promise<Row[]> {
  const writer = await ApiClient.signIn(url, account.email, account.password);
  const change = await changesOf(writer);
  for (let again = 0; again < 200; again++) await writer.text('/api/budgets?fy=FY26&limit=50');
  for (let again = 0; again < 5; again++) await change();
  const before = await quiet(server);

  const readers = cookies.map((cookie) => new StreamReader(url, cookie));
  const hearing = readers.slice(0, seeingAll);
  for (let at = 0; at < people; at += 50) await Promise.all(readers.slice(at, at + 50).map((reader) => reader.open()));
  const open = await quiet(server);
  say(`  ${line(before)} before, ${line(open)} with all open`);

  const delays: { answered: number; asked: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const reader of readers) reader.forget();
    const heard = Promise.all(hearing.map((reader) => reader.hears('event: change')));
    const asked = performance.now();
    await change();
    const answered = performance.now();
    const last = Math.max(...(await heard));
    delays.push({ answered: last - answered, asked: last - asked });
    await sleep(300);
  }
  const [atOnce, inAll] = [median(delays.map((one) => one.answered)), median(delays.map((one) => one.asked))];
  const worst = Math.max(...delays.map((one) => one.answered));
  const after = await quiet(server);

  await Promise.all(readers.map((reader) => reader.close()));
  await sleep(500);
  await change();
  const watch = watchList(writer);
  const begun = performance.now();
  const failures = await Promise.all(readers.map((reader, index) => reopened(reader, index < seeingAll)));
  const storm = performance.now() - begun;
  const list = await watch.stop();
  const reopenedAll = await quiet(server);
  say(`  ${line(after)} after ${rounds} changes, ${line(reopenedAll)} after all came back`);
  await Promise.all(readers.map((reader) => reader.close()));

  const low = { lowerIsBetter: true, absolute: true } as const;
  const size = open.resident - before.resident;
  return [
    { name: 'memory of all streams', unit: 'MB', product: size, must: 60, aim: 30, ...low, note: `${((size * 1024) / people).toFixed(1)} kB a stream; ${open.resident.toFixed(0)} MB in all` }, // prettier-ignore
    { name: 'from a write’s answer to the last stream', unit: 'ms', product: Math.max(0, atOnce), must: 100, aim: 100, ...low, note: `at worst ${worst.toFixed(0)} ms; from asking ${inAll.toFixed(0)} ms` }, // prettier-ignore
    { name: 'all come back at once and have what they missed', unit: 'ms', product: storm, must: 5_000, aim: 2_000, ...low, note: `${failures.reduce((sum, count) => sum + count, 0)} broke off and came back later; slowest read of a list meanwhile ${list.slowest.toFixed(0)} ms, ${list.failed} failed` }, // prettier-ignore
  ];
}

/** How often it took more than one attempt; a browser whose stream broke off comes back after three seconds. */
async function reopened(reader: StreamReader, hearsAll: boolean): Promise<number> {
  for (let failures = 0; failures < 20; failures++) {
    try {
      await reader.open();
      if (hearsAll) await reader.hears('event: change');
      return failures;
    } catch {
      await sleep(3_000);
    }
  }
  throw new Error('A stream could not be opened again');
}

/** Somebody who works on while the others come back. */
function watchList(client: ApiClient) {
  const over = new AbortController();
  const watching = (async () => {
    let [slowest, failed] = [0, 0];
    while (!over.signal.aborted) {
      const asked = performance.now();
      await client.text('/api/budgets?fy=FY26&limit=50').catch(() => (failed += 1));
      slowest = Math.max(slowest, performance.now() - asked);
      await sleep(20);
    }
    return { slowest, failed };
  })();
  return {
    stop: () => {
      over.abort();
      return watching;
    },
  };
}

/** Edits one service after the other. */
async function changesOf(client: ApiClient): Promise<() => Promise<void>> {
  type Service = { id: number; version: number };
  const { data } = (await client.json('/api/budgets?fy=FY26&limit=50')) as { data: Service[] };
  let number = 0;
  return async () => {
    const service = data[number % data.length] as Service;
    number += 1;
    const body = { description: `Looked at again, number ${Date.now()}` };
    const answer = (await client.json(`/api/budgets/${service.id}?fy=FY26`, { method: 'PATCH', version: service.version, body })) as Service; // prettier-ignore
    service.version = answer.version;
  };
}

type Memory = { resident: number; heap: number };

/** What is held once garbage is gone. */
async function quiet({ pid, metricsUrl }: Server): Promise<Memory> {
  for (let again = 0; again < 3; again++) {
    await sleep(1_500);
    process.kill(pid, 'SIGUSR2');
  }
  await sleep(1_500);
  const text = await (await fetch(metricsUrl)).text();
  return {
    resident: residentMegabytes(pid),
    heap: Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20,
  };
}

const line = ({ resident, heap }: Memory) => `${resident.toFixed(0)} MB (${heap.toFixed(0)} of it in use by V8)`;

/** Two thousand people with a session each; signing in for real would measure how dear a password is. */
async function peopleAtWork(databaseUrl: string): Promise<string[]> {
  const tokens = Array.from({ length: people }, () => randomBytes(32).toString('base64url'));
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `WITH person AS (
         INSERT INTO users (email, name, password_hash, role, all_entities)
           SELECT 'reader' || number || '@example.com', 'Reader ' || number, 'none', 'Viewer', number <= $2
           FROM generate_series(1, $3) AS number RETURNING id, all_entities
       ), entity AS (
         INSERT INTO user_entities (user_id, entity_id)
           SELECT person.id, entities.id FROM person CROSS JOIN (SELECT id FROM entities ORDER BY id LIMIT 3) AS entities WHERE NOT all_entities
       ), numbered AS (SELECT id, row_number() OVER (ORDER BY id) AS number FROM person)
       INSERT INTO sessions (token_hash, user_id, expires_at, address, user_agent)
         SELECT hash, id, now() + interval '12 hours', '127.0.0.1', 'bench'
         FROM unnest($1::bytea[]) WITH ORDINALITY AS given (hash, number) JOIN numbered USING (number)`,
      [tokens.map((token) => Buffer.from(hashOfToken(token))), seeingAll, people],
    );
  } finally {
    await client.end();
  }
  return tokens.map((token) => `opex=${token}`);
}
