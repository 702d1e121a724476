import { spawn } from 'node:child_process';
import { loadDemo } from './demo/load.ts';
import { checkout } from './folders.ts';
import { serverArguments, serverSettings } from './server-process.ts';
import { freePort } from './ports.ts';
import { endProcess, exitOf, hasEnded, waitUntil } from './processes.ts';
import { grantToApplication } from '../src/database/grants.ts';
import { applyMigrations } from '../src/database/migrate.ts';
import { withClient } from '../src/database/with-client.ts';
import { asApplication, redisOfWorker, runSql, urlOf } from './test-databases.ts';

export interface Product {
  url: string;
  /** The first administrator, who sees everything. */
  admin: { email: string; password: string };
  /** The server goes away; its data stays. */
  pause: () => Promise<void>;
  /** It is there again, at the same address. */
  resume: () => Promise<void>;
  /** Ends the server and removes its data. */
  stop: () => Promise<void>;
}

interface Options {
  /** Of startTestServices: TEST_DATABASE_URL, and where there are such, TEST_REPLICA_URL and TEST_REDIS_URL. */
  services: Record<string, string | undefined>;
  company?: Company;
  /** Of its environment, where they are not the usual ones. */
  settings?: Record<string, string>;
}

/** `open`: the demo company before it closed a month. */
type Company = 'demo' | 'open' | 'none';

const admin = { email: 'admin@example.com', password: 'the first administrator' };
const preload = `--import=${new URL('./end-with-parent.mjs', import.meta.url).href}`;

/** The built product as a process of its own, on a fresh database with the demo company. */
export async function startProduct({ services, company = 'demo', settings }: Options): Promise<Product> {
  const { TEST_DATABASE_URL: primary, TEST_REPLICA_URL: replica, TEST_REDIS_URL: redis } = services;
  if (!primary) throw new Error('The product needs the database of `npm test`.');
  const name = `opex_product_${process.pid}_${Date.now()}`;
  await runSql(primary, `CREATE DATABASE ${name} TEMPLATE ${await templateFor(company, primary)}`);
  const database = urlOf(primary, name);

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = {
    NODE_ENV: 'production',
    LATE_MS_MAX: '10000', // a machine that runs tests is often late
    LOG_LEVEL: 'error',
    PORT: String(port),
    METRICS_PORT: '0',
    DATABASE_URL: asApplication(database),
    ...(replica && { DATABASE_READ_REPLICA_URL: asApplication(urlOf(replica, name)) }),
    ...(redis && { REDIS_URL: redisOfWorker(redis) }),
    SIGN_IN_LIMIT_PER_ADDRESS: '100000',
    OPEX_ADMIN_EMAIL: admin.email,
    OPEX_ADMIN_PASSWORD: admin.password,
    ...settings,
  };
  let server = await startServer(url, env);
  return {
    url,
    admin,
    pause: () => server.stop(),
    resume: async () => {
      server = await startServer(url, env);
    },
    stop: async () => {
      await server.stop();
      await runSql(primary, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** Made by the first test file that needs it, then copied: a copy takes a moment, loading the company some seconds. */
const templateFor = (company: Company, primary: string) =>
  withClient(primary, async (client) => {
    const name = `opex_company_${company}`;
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name]); // until it ends
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await makeTemplate(company, primary, name);
    return name;
  });

async function makeTemplate(company: Company, primary: string, name: string) {
  const unfinished = `${name}_unfinished`;
  await runSql(primary, `DROP DATABASE IF EXISTS ${unfinished}`, `CREATE DATABASE ${unfinished}`);
  const database = urlOf(primary, unfinished);
  await applyMigrations(database);
  await grantToApplication(database, asApplication(database));
  if (company !== 'none') await loadDemo(database, { size: 'demo' });
  if (company === 'open') await runSql(database, `UPDATE periods SET state = 'OPEN'`);
  await runSql(primary, `ALTER DATABASE ${unfinished} RENAME TO ${name}`);
}

async function startServer(url: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [preload, ...serverArguments], {
    cwd: checkout,
    env: { ...process.env, ...serverSettings, ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'], // it ends when the channel does
  });
  const ended = exitOf(child);
  const stop = async () => {
    if (child.pid !== undefined && !hasEnded(child)) await endProcess(child.pid, 'SIGTERM', 15);
    await ended;
  };
  const isReady = async () => {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    return answer?.status === 200;
  };
  await waitUntil(async () => hasEnded(child) || (await isReady()), { seconds: 60 });
  if (!hasEnded(child) && (await isReady())) return { stop };
  await stop();
  throw new Error(`The product did not become ready at ${url}.`);
}
