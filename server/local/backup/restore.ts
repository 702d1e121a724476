import { appendFileSync, chownSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { withClient } from '../../src/database/with-client.ts';
import { CommandFailed } from '../command.ts';
import { account, makeFolder } from '../folders.ts';
import { freePort } from '../ports.ts';
import { makeDataFolder, type Postgres, saveConnection, startPostgres } from '../postgres.ts';
import { type BaseBackup, copyWhole, dataIn, eachFile, sizeOf, usableBackups } from './base-backups.ts';
import { archiveIn, requireRoom } from './folder.ts';
import { newestHistory } from './history.ts';
import { firstGap, nameOfPlace, placeOf, placesIn } from './segments.ts';

interface Wanted {
  /** Where the backups are. */
  folder: string;
  /** A data directory that is not there yet. */
  into: string;
  /** What was committed by then; all that was archived without it. */
  to?: Date | undefined;
}

export interface Restored {
  server: Postgres;
  backup: BaseBackup;
  /** When the last of what it holds was committed. */
  until: Date;
}

/** Makes a data directory as it was at a time, and starts it. */
export async function restore({ folder, into, to }: Wanted): Promise<Restored> {
  if (existsSync(into)) throw new CommandFailed(`${into} is there already: nothing is restored over something else.`);
  const backup = choose(folder, to);
  requireArchive(folder, backup, to);
  requireRoom(makeFolder(dirname(into)), sizeOf(backup));
  await copyBack(backup, into);
  try {
    const server = await startPostgres({ directory: into, options: recoverySettings(folder, to) });
    const { until, place } = await endOf(server, backup);
    const last = Math.max(...archivedPlaces(folder, backup));
    if (to || place >= last) return { server, backup, until };
    await server.stop();
    throw new CommandFailed(
      `Segment ${nameOfPlace(place, backup.segmentBytes)} of the archive is damaged. It can be restored up to ${until.toISOString()}.`,
    );
  } catch (error) {
    for (const left of [into, `${into}.json`, `${into}.log`]) rmSync(left, { recursive: true, force: true });
    throw inWords(error, to);
  }
}

/** The last base backup before the time, of the history that the archive goes on with. */
function choose(folder: string, to: Date | undefined): BaseBackup {
  const all = usableBackups(folder);
  const [first] = all;
  if (!first) throw new CommandFailed(`There is no whole base backup in ${folder} that its archive goes on from.`);
  const backup = to ? all.findLast(({ finishedAt }) => finishedAt <= to) : all.at(-1);
  if (backup) return backup;
  throw new CommandFailed(`The first base backup is of ${first.finishedAt.toISOString()}; there is nothing before it.`);
}

const archivedPlaces = (folder: string, { segmentBytes }: BaseBackup) =>
  placesIn(archiveIn(folder), segmentBytes, newestHistory(archiveIn(folder), segmentBytes));

/** PostgreSQL takes a segment that is missing for the end of the archive. */
function requireArchive(folder: string, backup: BaseBackup, to: Date | undefined) {
  const { segmentBytes, firstSegment, lastSegment } = backup;
  const [from, needed] = [placeOf(firstSegment, segmentBytes), placeOf(lastSegment, segmentBytes)];
  // Up to a time less may be needed than all, and the server itself knows how much.
  const gap = firstGap(archivedPlaces(folder, backup), from, to && needed);
  if (gap === undefined) return;
  throw new CommandFailed(
    `Segment ${nameOfPlace(gap, segmentBytes)} of the archive in ${archiveIn(folder)} is missing or cut short: ` +
      (gap > needed ? 'restore to a time before it (--to).' : 'this base backup cannot be used without it.'),
  );
}

/** Every file is compared with what was written down when it was copied. */
async function copyBack({ folder, folders, files, connection }: BaseBackup, into: string) {
  const copy = makeDataFolder(`${into}.new`, account);
  const give = (path: string) => account && chownSync(path, account.uid, account.gid);
  try {
    for (const path of folders) {
      mkdirSync(join(copy, path), { recursive: true, mode: 0o700 });
      give(join(copy, path));
    }
    await eachFile(files, async ({ path, size, sha256 }) => {
      const from = join(dataIn(folder), path);
      // PostgreSQL brings it onto the disk itself before it begins.
      const copied = existsSync(from) && (await copyWhole(from, join(copy, path), { sync: false }));
      if (!copied || copied.size !== size || copied.sha256 !== sha256) throw damaged(folder, path);
      give(join(copy, path));
    });
    appendFileSync(join(copy, 'recovery.signal'), '', { mode: 0o600 });
    give(join(copy, 'recovery.signal'));
    saveConnection(into, { ...connection, port: await freePort() });
    renameSync(copy, into);
  } catch (error) {
    rmSync(copy, { recursive: true, force: true });
    throw error;
  }
}

const damaged = (folder: string, path: string) =>
  new CommandFailed(`${basename(folder)} is damaged: ${path} is not what was copied. Take another base backup (--to).`);

const recoverySettings = (folder: string, to: Date | undefined) => [
  // It archives nothing, and remembers what it would: should it take the place of the living one, its history goes on there.
  'archive_mode=on',
  'archive_library=',
  'hot_standby=off', // it answers only when it is there
  `restore_command=cp ${quoted(archiveIn(folder))}/%f "%p"`,
  'recovery_target_action=promote',
  ...(to ? [`recovery_target_time=${to.toISOString().replace('T', ' ').replace('Z', '+00')}`] : []),
];

/** For the shell, and so that the server takes no % for a placeholder. */
const quoted = (path: string) => `'${path.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;

const endRow = z.object({ until: z.date().nullable(), bytes: z.coerce.number() });

/** When the last transaction was committed, and in which segment. */
async function endOf(server: Postgres, { finishedAt, segmentBytes }: BaseBackup) {
  const row = await withClient(server.url('postgres'), async (client) => {
    const { rows } = await client.query(
      `SELECT pg_last_xact_replay_timestamp() AS until, pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0') AS bytes`,
    );
    return endRow.parse(rows[0]);
  });
  return { until: row.until ?? finishedAt, place: Math.floor(row.bytes / segmentBytes) };
}

/** What the server says when it cannot get there. */
function inWords(error: unknown, to: Date | undefined): unknown {
  if (!(error instanceof Error) || error instanceof CommandFailed) return error;
  const fatal = /FATAL: {2}([^\n]+)/.exec(error.message)?.[1];
  if (to && fatal === 'recovery ended before configured recovery target was reached') {
    const last = /last completed transaction was at log time ([^\n]+)/.exec(error.message)?.[1];
    const which = last ?? 'the end of the base backup';
    return new CommandFailed(
      `The archive ends, or has a gap, before ${to.toISOString()}: the last that can be restored is of ${which}.`,
    );
  }
  return fatal ? new CommandFailed(`What was archived is damaged; PostgreSQL says: ${fatal}`) : error;
}
