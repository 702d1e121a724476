import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../api-client.ts';
import type { Defer } from '../command.ts';
import { type Measured, sendMix } from './mix-load.ts';
import { hasNginx, startNginx } from './nginx.ts';
import { cpuMicroseconds, residentMegabytes, type Server } from './servers.ts';

export type MixSettings = {
  folder: string;
  /** A server of the product behind a proxy, with replica and Redis. */
  start: (extra: Record<string, string>, options: { pinned: boolean; log: number }) => Promise<Server>;
  processes: number[];
  account: { email: string; password: string };
  postgresPids: number[];
  say: (line: string) => void;
  defer: Defer;
  quick: boolean;
  json?: string | undefined;
};

type MixRow = Measured & {
  processes: number;
  writeShare: number;
  serverSeconds: number;
  postgresSeconds: number;
  hitRate: number;
  megabytes: number;
};

/** What the servers warned of, and how often. */
function complaintsIn(file: string): Map<string, number> {
  const found = new Map<string, number>();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.includes('"level":"warn"') && !line.includes('"level":"error"')) continue;
    const { message } = JSON.parse(line) as { message: string };
    found.set(message, (found.get(message) ?? 0) + 1);
  }
  return found;
}

const peopleCount = 40;

/** A day's mix at fixed rates against the product as it is deployed: nginx in front, TRUST_PROXY=1, a replica, Redis. */
export async function measureMix({
  folder,
  start,
  account,
  postgresPids,
  say,
  defer,
  quick,
  json,
  ...more
}: MixSettings) {
  if (!hasNginx) throw new Error('The mix is measured behind nginx: apt-get install nginx-light');
  const rows: MixRow[] = [];
  for (const processes of more.processes) {
    const logFile = join(folder, `servers-${processes}.log`);
    const log = openSync(logFile, 'a');
    const servers = await Promise.all(
      Array.from({ length: processes }, () =>
        start({ TRUST_PROXY: '1', LOG_LEVEL: 'info' }, { pinned: processes === 1, log }),
      ),
    );
    const nginx = await startNginx(folder, servers.map(({ port }) => port)); // prettier-ignore
    defer(nginx.stop);
    const people = await signIn(nginx.url, account);
    const { versions, ...company } = await companyOf(people[0] as ApiClient);
    if (processes === 1) say(await firstPage(nginx.url, people[0] as ApiClient));
    // Cold, and by itself: afterwards the cache holds what a day's mix asks for.
    const cold = {
      url: nginx.url,
      people,
      company,
      versions,
      rate: 100,
      writeShare: 0,
      seconds: quick ? 6 : 20,
      seed: 7,
    };
    const { p50, p95, failed } = await sendMix(cold);
    say(`${processes} x cold at 100/s: p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms, failed ${failed}`);
    for (const [rate, writeShare] of plan(processes, quick)) {
      const before = { cpu: cpuOf(servers), postgres: postgresCpu(postgresPids), hits: await hitsOf(servers) };
      const seed = 1 + Math.round(rate + 1000 * writeShare);
      const measured = await sendMix({
        url: nginx.url,
        people,
        company,
        versions,
        rate,
        writeShare,
        seconds: quick ? 6 : 12,
        seed,
      });
      const hits = await hitsOf(servers);
      const row = {
        ...measured,
        processes,
        writeShare,
        serverSeconds: (cpuOf(servers) - before.cpu) / 1e6,
        postgresSeconds: (postgresCpu(postgresPids) - before.postgres) / 1e6,
        hitRate: (hits.hits - before.hits.hits) / Math.max(1, hits.all - before.hits.all),
        megabytes: Math.max(...servers.map(({ pid }) => residentMegabytes(pid))),
      };
      rows.push(row);
      say(lineOf(row));
    }
    if (processes === 1) await overload((rate, seconds) => sendMix({ ...cold, rate, writeShare: 0.01, seconds }), say);
    await nginx.stop();
    await Promise.all(servers.map((server) => server.stop()));
    closeSync(log);
    for (const [words, times] of complaintsIn(logFile)) say(`  ${times} x ${words}`);
  }
  if (json)
    writeFileSync(json, `${JSON.stringify({ at: new Date().toISOString(), machine: machine(), rows }, null, 2)}\n`);
  return rows;
}

const plan = (processes: number, quick: boolean): [rate: number, writeShare: number][] => {
  const shares = quick ? [0, 0.05] : [0, 0.01, 0.05];
  // One process has seen most of what is asked for by then, so two see it first, too.
  if (processes === 2) return [[400, 0], [400, 0.05], [1333, 0.01]]; // prettier-ignore
  return (quick ? [400] : [100, 400, 1333]).flatMap((rate) => shares.map((share): [number, number] => [rate, share]));
};

/** Three times what it answers in time: as much must be answered still, the rest refused at once, and all be well soon after. */
async function overload(send: (rate: number, seconds: number) => Promise<Measured>, say: (line: string) => void) {
  const peak = await send(1333, 6);
  const over = await send(4000, 8);
  const after = await send(400, 6);
  say(
    `overload: ${whole(peak.goodput)}/s answered of 1,333/s; of 4,000/s ${whole(over.goodput)}/s (${(over.goodput / peak.goodput).toFixed(2)}x), ` +
      `refused ${over.shed}, each within ${whole(over.refusedP95)} ms (p95); then at 400/s p95 ${after.p95.toFixed(1)} ms, failed ${after.failed}`,
  );
}

/** A page of the tracker as it is opened first: nobody has asked for it in this form yet. */
async function firstPage(url: string, { headers }: ApiClient): Promise<string> {
  const bytes = async (encoding: string) =>
    new Promise<number>((resolve, reject) => {
      const path = '/api/budgets?fy=FY26&limit=50&with=months&sort=uid&status=Active';
      http
        .get(url + path, { headers: { ...headers, 'accept-encoding': encoding } }, (response) => {
          let size = 0;
          response.on('data', (chunk: Buffer) => (size += chunk.length)).on('end', () => resolve(size));
        })
        .on('error', reject);
    });
  const compressed = await bytes('gzip, deflate, br');
  const plain = await bytes('identity');
  return `first tracker page: ${whole(compressed)} bytes of ${whole(plain)} (${(compressed / plain).toFixed(2)}x)`;
}

const machine = () => `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}, Node ${process.versions.node}`;

const whole = (number: number) => Math.round(number).toLocaleString('en-US');

function lineOf(row: MixRow) {
  const kinds = Object.entries(row.byKind).map(([kind, { p95 }]) => `${kind} ${whole(p95)}`).join(', '); // prettier-ignore
  const statuses = Object.entries(row.statuses).map(([status, count]) => `${status}: ${count}`).join(' '); // prettier-ignore
  return (
    `${row.processes} x ${row.rate}/s, ${row.writeShare * 100} % writes: p50 ${row.p50.toFixed(1)} ms, p95 ${row.p95.toFixed(1)} ms, ` +
    `p99 ${whole(row.p99)} ms, failed ${row.failed} of ${row.sent}, hits ${(row.hitRate * 100).toFixed(0)} %, processor ${row.serverSeconds.toFixed(1)} + ` +
    `${row.postgresSeconds.toFixed(1)} s, ${whole(row.megabytes)} MB (p95 of ${kinds}; ${statuses})`
  );
}

async function signIn(url: string, { email, password }: MixSettings['account']) {
  const people: ApiClient[] = [];
  for (let number = 0; number < peopleCount; number++) people.push(await ApiClient.signIn(url, email, password));
  return people;
}

async function companyOf(client: ApiClient) {
  type Row = { id: number; version: number };
  const rows = async (path: string) => ((await client.json(path)) as { data: Row[] }).data;
  const ids = async (path: string) => (await rows(path)).map(({ id }) => id);
  const pages = [1, 5, 9, 13, 17, 21].map((page) => rows(`/api/budgets?fy=FY26&limit=200&page=${page}`));
  const services = (await Promise.all(pages)).flat();
  return {
    fy: 'FY26',
    entities: await ids('/api/entities?limit=200'),
    towers: (await ids('/api/towers?limit=200')).slice(0, 12),
    services: services.map(({ id }) => id),
    versions: new Map(services.map(({ id, version }) => [id, version])),
  };
}

const cpuOf = (servers: Server[]) => servers.reduce((sum, { pid }) => sum + cpuMicroseconds(pid), 0);

/** Backends that ended meanwhile are counted by the postmaster that waited for them. */
function postgresCpu(pids: number[]) {
  const all = new Set(pids.flatMap((pid) => [pid, ...childrenOf(pid)]));
  return [...all].reduce((sum, pid) => {
    try {
      return sum + cpuMicroseconds(pid);
    } catch {
      return sum;
    }
  }, 0);
}

function childrenOf(pid: number): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}

async function hitsOf(servers: Server[]) {
  let [hits, all] = [0, 0];
  for (const { metricsUrl } of servers) {
    const text = await (await fetch(metricsUrl)).text();
    const sum = (name: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith(`${name}{`))
        .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);
    hits += sum('cache_hits_total');
    all += sum('cache_hits_total') + sum('cache_misses_total');
  }
  return { hits, all };
}
