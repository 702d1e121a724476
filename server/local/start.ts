import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { backupFolder } from './backup/folder.ts';
import { keepBackedUp } from './backup/keep.ts';
import { buildIfStale } from './build.ts';
import { serverArguments, serverSettings } from './server-process.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { livingData, openOwnDatabase, prepareDatabase } from './database.ts';
import { notesFolder } from './folders.ts';
import { freePort, isFree, nextFreePort, portOf } from './ports.ts';
import { claim, endInWords, endProcess, ownerOf, recordOwner, waitUntil } from './processes.ts';
import { startProgram } from './programs.ts';
import { sealSettings } from './seals.ts';

await runCommand(start, 0);

async function start(defer: Defer): Promise<number> {
  const { values } = parseArgs({ options: { empty: { type: 'boolean', default: false } } });
  const port = portOf('PORT', 5000);
  const notes = join(notesFolder(), `server-${port}`);
  defer(await claimOnce(`${notes}.owner`, port));
  await endLeftOver(`${notes}.pid`);
  await requireFree(port);
  await buildIfStale(defer);
  const database = await openOwnDatabase(defer);
  await prepareDatabase(database, { isEmpty: values.empty });

  const server = await startProgram(serverArguments, {
    env: {
      ...serverSettings,
      NODE_ENV: 'production',
      LOG_LEVEL: process.env.LOG_LEVEL ?? 'info',
      PORT: String(port),
      METRICS_PORT: String(process.env.METRICS_PORT ? portOf('METRICS_PORT', 9464) : await freePort(9464)),
      DATABASE_URL: database.applicationUrl,
      MIGRATION_DATABASE_URL: '', // the service never acts as the owner
      ...sealSettings(),
      ...(database.replicaUrl ? { DATABASE_READ_REPLICA_URL: database.replicaUrl } : {}),
    },
    defer,
    onStop: () => say('Stopping the server'),
  });
  recordOwner(`${notes}.pid`, server.pid);
  const ended = Promise.race([
    server.ended.then((code) => Promise.reject(new CommandFailed(`The server ${endInWords(code)}.`, code))),
    database.ended.then(() => Promise.reject(new CommandFailed('PostgreSQL ended; its log is beside its data.'))),
  ]);
  await Promise.race([answering(port), ended]);
  say(`OPEX Manager is ready: http://localhost:${port}`);
  const backups = backupFolder();
  if (backups && !process.env.DATABASE_URL)
    keepBackedUp({ directory: livingData(), url: database.url, folder: backups }, defer);
  return ended;
}

async function claimOnce(file: string, port: number): Promise<() => void> {
  // One that is just stopping gets the time to do so.
  await waitUntil(() => ownerOf(file) === undefined, { seconds: 3 });
  const pid = ownerOf(file);
  if (pid === undefined) return claim(file);
  throw new CommandFailed(`OPEX Manager already runs from this checkout (process ${pid}): http://localhost:${port}`);
}

/** The server of a start that was killed ends by itself; this one did not. */
async function endLeftOver(file: string): Promise<void> {
  const pid = ownerOf(file);
  if (pid === undefined) return;
  say(`Ending the server of an earlier start (process ${pid})`);
  await endProcess(pid, 'SIGTERM', 15);
}

async function requireFree(port: number): Promise<void> {
  if (await isFree(port)) return;
  const next = await nextFreePort(port);
  throw new CommandFailed(`Port ${port} is taken by another program. This one is free: PORT=${next} npm start`);
}

async function answering(port: number): Promise<void> {
  const isReady = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    return answer?.status === 200;
  };
  if (await waitUntil(isReady, { seconds: 60 })) return;
  throw new CommandFailed(`The server did not become ready within a minute: http://localhost:${port}/readyz says why.`);
}
