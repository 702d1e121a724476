import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTestServices } from '../test-services.ts';
import { serverArguments, serverSettings } from '../server-process.ts';
import { buildIfStale, generate } from '../build.ts';
import { type Defer, runCommand, say } from '../command.ts';
import { budgetRows, pageRow } from './browser.ts';
import { prepareCompany } from './company.ts';
import { ApiClient } from '../api-client.ts';
import { engineRow, figuresRows } from './figures.ts';
import { compare } from './load.ts';
import { measureMix, type MixSettings } from './mix.ts';
import { hasNginx, startNginx } from './nginx.ts';
import { print, type Row, verdict } from './report.ts';
import { residentMegabytes, type Server, startPinned } from './servers.ts';
import { collectsWhenTold, measureStreams } from './streams.ts';
import { workbookRows } from './workbooks.ts';
import { dashboardAfterWrite, rollUp, writeRows } from './writes.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    /** Only the day's mix, behind nginx. */
    mix: { type: 'boolean', default: false },
    /** Only two thousand live streams, direct and behind nginx. */
    streams: { type: 'boolean', default: false },
    /** Of the mix only these: `1`, `2` or `1,2`. */
    processes: { type: 'string' },
    /** Only workbooks, read and written. */
    workbooks: { type: 'boolean', default: false },
    /** Only writes. */
    writes: { type: 'boolean', default: false },
    /** Only the page in a browser. */
    page: { type: 'boolean', default: false },
    /** Only the budgets of the page; it fails where one is missed. */
    lighthouse: { type: 'boolean', default: false },
  },
});
const email = 'bench@localhost';
const password = 'only for this measurement';
/** No request of a measurement may be refused for being one of many. */
const unlimited = {
  REQUESTS_PER_CALLER_MAX: '1000000000',
  RATE_LIMIT_PER_USER: '1000000000',
  RATE_LIMIT_PER_ADDRESS: '1000000000',
  SIGN_IN_LIMIT_PER_ADDRESS: '100000',
  LOG_LEVEL: 'info',
};

await runCommand(bench);

async function bench(defer: Defer): Promise<number> {
  await generate();
  await buildIfStale(defer);
  if (values.workbooks) {
    print(workbookRows(), say);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), 'opex-bench-'));
  defer(() => rmSync(folder, { recursive: true, force: true }));
  const services = await startTestServices();
  defer(services.stop);
  const { env } = services;
  const company = await prepareCompany(env, 'reference', say);

  const start = async (extra: Record<string, string> = {}, options: Parameters<typeof startPinned>[3] = {}) => {
    const settings = {
      ...unlimited,
      DATABASE_URL: company.applicationUrl,
      DATABASE_READ_REPLICA_URL: company.replicaUrl,
      OPEX_ADMIN_EMAIL: email,
      OPEX_ADMIN_PASSWORD: password,
      ...extra,
    };
    const how = values.streams ? [...collectsWhenTold, ...serverArguments] : serverArguments;
    const server = await startPinned(how, { ...serverSettings, ...settings }, '/readyz', options);
    defer(() => server.stop());
    return server;
  };
  if (values.mix) {
    const account = { email, password };
    const redis = env['TEST_REDIS_URL'] ? { REDIS_URL: env['TEST_REDIS_URL'] } : {};
    const startBehindProxy: MixSettings['start'] = (extra, options) => start({ ...redis, ...extra }, options);
    const { quick, json } = values;
    await measureMix({
      folder,
      start: startBehindProxy,
      processes: values.processes?.split(',').map(Number) ?? [1, 2],
      account,
      postgresPids: company.pids,
      say,
      defer,
      quick,
      json,
    });
    return 0;
  }
  if (values.streams) {
    const rows = await measureStreams({ folder, start, account: { email, password }, databaseUrl: company.url, say });
    if (values.json) writeFileSync(values.json, JSON.stringify({ at: new Date().toISOString(), rows }, null, 2));
    return 0;
  }
  if (values.writes) {
    const { url } = await start({}, { pinned: false });
    print(await writeRows(await ApiClient.signIn(url, email, password), values.quick ? 40 : 200), say);
    return 0;
  }
  if (values.page || values.lighthouse) {
    const { CHROMIUM_PATH: chromium } = env;
    if (chromium === undefined) throw new Error('The page is measured in Chromium');
    const { url } = await start();
    const rows = await (values.lighthouse ? budgetRows : pageRow)(url, chromium, { email, password });
    print(rows, say);
    return values.lighthouse && rows.some((row) => verdict(row).words === 'MUST MISSED') ? 1 : 0;
  }
  const seconds = values.quick ? 2 : 4;
  const rounds = values.quick ? 1 : 3;
  const rows: Row[] = [];

  const product = await start();
  const client = await ApiClient.signIn(product.url, email, password);
  const page = '/api/budgets?fy=FY26&limit=50';
  const pageFile = join(folder, 'page.json');
  writeFileSync(pageFile, await client.text(page));
  const baseline = await startPinned(
    ['server/local/bench/baseline.mjs'],
    { ...company.baselineEnv, DATABASE_URL: company.url, PAGE_FILE: pageFile },
    '/page',
  );
  defer(() => baseline.stop());
  const headers = client.headers;

  say('1. A cached list page, every guard on');
  for (let again = 0; again < 3; again++) await client.text(page);
  const bare = { server: baseline, paths: ['/page'] };
  const cached = await compare({ server: product, paths: [page], headers }, bare, { rounds, seconds });
  rows.push({ name: 'cached list page, every guard on', unit: 'requests/s', ...rates(cached), must: 2, aim: 5 });

  if (hasNginx) {
    say('1b. The same as deployed: nginx in front of each');
    const behind = await start({ TRUST_PROXY: '1' });
    const proxies = [await startNginx(folder, [behind.port]), await startNginx(folder, [baseline.port])] as const;
    for (const { stop } of proxies) defer(stop);
    const own = await ApiClient.signIn(proxies[0].url, email, password);
    for (let again = 0; again < 3; again++) await own.text(page);
    const deployed = await compare(
      { server: { ...behind, url: proxies[0].url }, paths: [page], headers: own.headers },
      { server: { ...baseline, url: proxies[1].url }, paths: ['/page'] },
      { rounds, seconds },
    );
    rows.push({ name: 'the same as deployed', unit: 'requests/s', ...rates(deployed), must: 1, aim: 3 });
    for (const { stop } of proxies) await stop();
    await behind.stop();
  }

  say('2. The same from Redis: another process filled it, and this one keeps nothing');
  const urls = Array.from(
    { length: 300 },
    (_, index) =>
      `/api/budgets?fy=FY26&limit=50&page=${(index % 100) + 1}&sort=${['uid', '-budget', 'owner'][Math.floor(index / 100)]}`,
  );
  if (env['TEST_REDIS_URL']) {
    const redis = { REDIS_URL: env['TEST_REDIS_URL'] };
    await filledBy(await start(redis), urls);
    const reader = await start({ ...redis, CACHE_MEMORY_MB: '1' });
    const own = await ApiClient.signIn(reader.url, email, password);
    const fromRedis = await compare({ server: reader, paths: urls, headers: own.headers }, bare, { rounds, seconds });
    rows.push({ name: 'the same from Redis', unit: 'requests/s', ...rates(fromRedis), must: 0.8, aim: 2 });
    await reader.stop();
  }

  say('3. Uncached list pages: every order, some filters');
  const lists = company.listPages();
  const uncached = await compare(
    { server: product, paths: lists.map(({ product: path }) => path), headers },
    { server: baseline, paths: lists.map(({ baseline: path }) => path) },
    { rounds, seconds },
  );
  rows.push({ name: 'uncached list page', unit: 'requests/s', ...rates(uncached), must: 0.7, aim: 0.85 });

  say('4. The dashboard right after a write');
  const finished = await rollUp(baseline);
  const atOnce = await dashboardAfterWrite(client, values.quick ? 20 : 100);
  rows.push({
    name: 'dashboard after a write',
    unit: 'ms',
    product: atOnce.milliseconds,
    baseline: finished,
    must: 50,
    aim: 5,
    lowerIsBetter: true,
    absolute: true,
    note: `the write itself ${atOnce.writeMilliseconds.toFixed(1)} ms`,
  });

  rows.push({
    ...{ name: 'one budget edited and settled', unit: 'ms', product: atOnce.writeMilliseconds },
    ...{ must: 15, aim: 8, lowerIsBetter: true, absolute: true },
    note: `soon after a start ${atOnce.firstWriteMilliseconds.toFixed(1)} ms`,
  });

  say('5. Writes, alone and together');
  rows.push(...(await writeRows(client, values.quick ? 40 : 200)));

  say('6. The page in a browser');
  if (env['CHROMIUM_PATH']) rows.push(...(await pageRow(product.url, env['CHROMIUM_PATH'], { email, password })));
  rows.push({
    name: 'memory of the server after all this',
    unit: 'MB',
    product: residentMegabytes(product.pid),
    must: 250,
    aim: 200,
    lowerIsBetter: true,
    absolute: true,
  });
  await product.stop();
  await baseline.stop();

  say('7. Figures: the engine, a key, everything');
  rows.push(await engineRow(), ...(await figuresRows(company.url)));

  say('8. Workbooks');
  rows.push(...workbookRows());

  if (!values.quick) {
    say('9. The same with ten times the data');
    const large = await prepareCompany(env, 'x10', say);
    const server: Server = await start({
      DATABASE_URL: large.applicationUrl,
      DATABASE_READ_REPLICA_URL: large.replicaUrl,
    });
    const tenfold = await dashboardAfterWrite(await ApiClient.signIn(server.url, email, password), 100);
    rows.push({
      name: 'dashboard after a write, x10',
      unit: 'ms',
      product: tenfold.milliseconds,
      baseline: atOnce.milliseconds,
      must: 1.5,
      aim: 1.1,
      lowerIsBetter: true,
    });
    await server.stop();
    const all = (await figuresRows(large.url)).filter(({ name }) => name.startsWith('all'));
    rows.push(
      ...all.map((row) => ({
        ...row,
        name: `${row.name}, x10`,
        baseline: rows.find(({ name }) => name === row.name)?.product ?? 0,
        ...{ must: 12, aim: 10, absolute: false },
      })),
    );
  }

  print(rows, say);
  const { model } = cpus()[0] ?? { model: 'unknown' };
  if (values.json)
    writeFileSync(
      values.json,
      JSON.stringify(
        { at: new Date().toISOString(), node: process.version, machine: `${cpus().length} x ${model}`, rows },
        null,
        2,
      ),
    );
  return 0;
}

function rates({ product, baseline }: Awaited<ReturnType<typeof compare>>) {
  return {
    product: product.requestsPerSecond,
    baseline: baseline.requestsPerSecond,
    note: `${Math.round(product.cpuMicroseconds)} us of processor each, baseline ${Math.round(baseline.cpuMicroseconds)}`,
  };
}

/** Asked for twice, so that the compressed form is there too. */
async function filledBy(server: Server, urls: string[]) {
  const client = await ApiClient.signIn(server.url, email, password);
  for (let round = 0; round < 3; round++) for (const url of urls) await client.text(url);
  await server.stop();
}
