import { join, relative } from 'node:path';
import { applyMigrations } from '../src/database/migrate.ts';
import { grantToApplication } from '../src/database/grants.ts';
import { withClient } from '../src/database/with-client.ts';
import { makeApplicationRole } from './application-role.ts';
import { archiveSettings, backupFolder, openBackupFolder } from './backup/folder.ts';
import { type Defer, say } from './command.ts';
import { checkout, dataFolder, notesFolder } from './folders.ts';
import { type Postgres, readConnection, startPostgres, urlOf } from './postgres.ts';
import { ownerOf } from './processes.ts';
import { keepReplica } from './replica.ts';

const databaseName = 'opex';

/** The data directory of the embedded server. */
export const livingData = () => join(dataFolder(), 'postgres');

export interface OpenDatabase {
  /** As the owner, who migrates. */
  url: string;
  /** As the role that the service runs as. */
  applicationUrl: string;
  replicaUrl: string | undefined;
  /** Settles only when an embedded server ends. */
  ended: Promise<unknown>;
}

const never = new Promise<never>(() => undefined);

/** The configured database, else the embedded one: started, or shared with the command that runs it already. */
export async function openDatabase(defer: Defer): Promise<OpenDatabase> {
  return configuredDatabase() ?? runningDatabase() ?? (await startDatabase(defer));
}

/** As openDatabase, but the embedded one must not be in use by another command. */
export async function openOwnDatabase(defer: Defer): Promise<OpenDatabase> {
  return configuredDatabase() ?? (await startDatabase(defer));
}

function configuredDatabase(): OpenDatabase | undefined {
  const { DATABASE_URL: applicationUrl, DATABASE_READ_REPLICA_URL: replicaUrl } = process.env;
  if (!applicationUrl) return undefined;
  say(`Using the database of DATABASE_URL (${new URL(applicationUrl).host})`);
  return { url: process.env.MIGRATION_DATABASE_URL || applicationUrl, applicationUrl, replicaUrl, ended: never };
}

/** The one that another command runs. */
export function runningDatabase(): OpenDatabase | undefined {
  const directory = livingData();
  if (ownerOf(`${directory}.owner`) === undefined) return undefined;
  const url = urlOf(readConnection(directory), databaseName);
  return { url, applicationUrl: url, replicaUrl: undefined, ended: never };
}

async function startDatabase(defer: Defer): Promise<OpenDatabase> {
  const folder = dataFolder();
  if (folder !== notesFolder())
    say(`Other accounts cannot enter ${checkout}, so PostgreSQL keeps its data in ${folder}`);
  const directory = livingData();
  const backups = backupFolder();
  if (backups) openBackupFolder(backups, directory);
  const primary = await startPostgres({ directory, options: backups ? archiveSettings(backups) : [] });
  defer(() => stopServer('PostgreSQL', primary));
  say(`PostgreSQL 18 is running on 127.0.0.1:${primary.port} (data in ${shortPath(primary.directory)})`);
  await createDatabase(primary);
  const asApplication = await makeApplicationRole(primary.url('postgres'));
  const url = primary.url(databaseName);
  const opened = { url, applicationUrl: asApplication(url), replicaUrl: undefined, ended: primary.ended };
  if (process.env.OPEX_LOCAL_REPLICA !== '1') return opened;

  const replica = await keepReplica(primary, { directory: join(folder, 'replica') }, say);
  defer(() => stopServer('the replica', replica));
  say(`Its replica is running on 127.0.0.1:${replica.port} (data in ${shortPath(replica.directory)})`);
  return { ...opened, replicaUrl: asApplication(replica.url(databaseName)) };
}

function stopServer(name: string, server: Pick<Postgres, 'isRunning' | 'stop'>): Promise<void> {
  if (server.isRunning()) say(`Stopping ${name}`);
  return server.stop();
}

const shortPath = (path: string) => (path.startsWith(checkout) ? relative(checkout, path) : path);

async function createDatabase(primary: Postgres): Promise<void> {
  await withClient(primary.url('postgres'), async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  });
}

/** Migrates, and gives a database that nobody has used yet the demo company, unless it should stay empty. */
export async function prepareDatabase(
  { url, applicationUrl }: OpenDatabase,
  { isEmpty }: { isEmpty: boolean },
): Promise<void> {
  const applied = await applyMigrations(url);
  await grantToApplication(url, applicationUrl);
  if (applied.length > 0)
    say(`Applied ${applied.length} migration${applied.length === 1 ? '' : 's'}, up to ${applied.at(-1) ?? ''}`);
  if (isEmpty || !(await isUnused(url))) return;
  say('Loading the demo company (first start; `npm start -- --empty` leaves it out)');
  const { loadDemo } = await import('./demo/load.ts');
  await loadDemo(url, { size: 'demo' });
}

/** The server makes the first administrator when it starts, so a database without users has never been served. */
async function isUnused(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rowCount } = await client.query('SELECT FROM users UNION ALL SELECT FROM services LIMIT 1');
    return rowCount === 0;
  });
}
