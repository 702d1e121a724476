import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { wordsOf } from '../src/lib/errors.ts';
import { copyContents } from './copy-cluster.ts';
import { account, makeFolder } from './folders.ts';
import { freePort } from './ports.ts';
import { endOrphan, launch, makeDataFolder, type Postgres, saveConnection } from './postgres.ts';
import { claim, waitUntil } from './processes.ts';

const role = 'opex_replica';

interface Following {
  primary: Postgres;
  client: pg.Client;
  directory: string;
  slot: string;
}

/** Starts a streaming hot standby of the primary: the one of this directory if it can catch up, else a new copy. */
export async function startReplica(primary: Postgres, options: { directory: string }): Promise<Postgres> {
  const directory = resolve(options.directory);
  makeFolder(dirname(directory));
  const release = claim(`${directory}.owner`);
  const client = new pg.Client(primary.url('postgres'));
  client.on('error', () => undefined); // the query in progress reports it
  const slot = `replica_${createHash('sha256').update(directory).digest('hex').slice(0, 12)}`;
  const following = { primary, client, directory, slot };
  try {
    await client.connect();
    await endOrphan(directory);
    if (await canCatchUp(following)) {
      const replica = await follow(following).catch(() => undefined); // a copy will do
      if (replica) return replica;
    }
    await copyPrimary(following);
    const replica = await follow(following);
    if (!replica)
      throw new Error(`The replica in ${directory} does not follow its primary; ${directory}.log may say why.`);
    return replica;
  } catch (error) {
    release();
    throw error;
  } finally {
    await client.end();
  }
}

type Kept = Pick<Postgres, 'directory' | 'port' | 'url' | 'isRunning' | 'stop'>;

/** The same, and started again at its address whenever it ends before it is stopped: nobody else looks after it. */
export async function keepReplica(
  primary: Postgres,
  options: { directory: string },
  say: (line: string) => void,
): Promise<Kept> {
  const first = await startReplica(primary, options);
  let current = first;
  let isStopping = false;
  const isWanted = () => !isStopping && primary.isRunning();
  const keep = async () => {
    for (;;) {
      await current.ended;
      if (!isWanted()) return;
      say('The replica ended; its log is beside its data. It is started again');
      await sleep(1_000);
      current = await startReplica(primary, options);
      if (current.port !== first.port)
        say('The replica was copied anew and has another address: start everything again');
      if (!isWanted()) await current.stop();
    }
  };
  const kept = keep().catch((error: unknown) => say(`The replica could not be started again: ${wordsOf(error)}`));
  return {
    ...first,
    isRunning: () => current.isRunning(),
    async stop() {
      isStopping = true;
      await current.stop();
      await kept;
    },
  };
}

async function canCatchUp({ client, directory, slot }: Following): Promise<boolean> {
  if (!existsSync(join(directory, 'standby.signal'))) return false;
  const { rows } = await client.query<{ wal_status: string }>(
    'SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1',
    [slot],
  );
  return rows[0] !== undefined && rows[0].wal_status !== 'lost';
}

/** Undefined when it started but does not receive. */
async function follow({ primary, client, directory, slot }: Following): Promise<Postgres | undefined> {
  await pointAtPrimary({ primary, client, directory, slot });
  const replica = await launch(directory, primary.settings, claim(`${directory}.owner`));
  const streams = async () => {
    const { rowCount } = await client.query(
      `SELECT FROM pg_stat_replication JOIN pg_replication_slots ON active_pid = pid WHERE slot_name = $1 AND state = 'streaming'`,
      [slot],
    );
    return rowCount === 1;
  };
  if (await waitUntil(streams, { seconds: 15 })) return replica;
  await replica.stop();
  return undefined;
}

/** The primary's port and the role's password are new at every start. */
async function pointAtPrimary({ primary, client, directory, slot }: Following): Promise<void> {
  const password = randomBytes(24).toString('base64url');
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  await client.query(`${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${role} LOGIN REPLICATION PASSWORD '${password}'`);
  const source = `host=127.0.0.1 port=${primary.port} user=${role} password=${password} application_name=${slot}`;
  const file = join(directory, 'postgresql.auto.conf');
  writeFileSync(file, `primary_conninfo = '${source}'\nprimary_slot_name = '${slot}'\n`);
}

async function copyPrimary({ primary, client, directory, slot }: Following): Promise<void> {
  const owner = account ? statSync(primary.directory) : undefined;
  const unfinished = makeDataFolder(`${directory}.new`, owner);
  await renewSlot(client, slot);
  await client.query(`SELECT pg_backup_start('replica', fast => true)`);
  await copyContents(primary.directory, unfinished, owner);
  const { rows } = await client.query<{ labelfile: string }>(
    'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
  );
  const give = (path: string) => owner && chownSync(path, owner.uid, owner.gid);
  for (const [name, text] of [
    ['backup_label', rows[0]?.labelfile ?? ''],
    ['standby.signal', ''],
  ] as const) {
    writeFileSync(join(unfinished, name), text, { mode: 0o600 });
    give(join(unfinished, name));
  }
  saveConnection(directory, { port: await freePort(), password: primary.password });
  makeDataFolder(directory, owner); // rename replaces an empty folder only
  renameSync(unfinished, directory);
}

/** A slot keeps what the copy will need from here on. */
async function renewSlot(client: pg.Client, slot: string): Promise<void> {
  const isActive = 'SELECT FROM pg_replication_slots WHERE slot_name = $1 AND active';
  await waitUntil(async () => (await client.query(isActive, [slot])).rowCount === 0, { seconds: 10 });
  await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
    slot,
  ]);
  await client.query('SELECT pg_create_physical_replication_slot($1, immediately_reserve => true)', [slot]);
}
