import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { withClient } from '../../src/database/with-client.ts';
import { CommandFailed } from '../command.ts';
import { contentsOf, unlessGone } from '../copy-cluster.ts';
import { readConnection, urlOf } from '../postgres.ts';
import {
  type BaseBackup,
  baseBackups,
  copyWhole,
  dataIn,
  describedIn,
  type Description,
  eachFile,
  newBackupFolder,
  unfinished,
} from './base-backups.ts';
import { archiveIn, claimBackupFolder, requireRoom } from './folder.ts';
import { claimArchive } from './owner.ts';
import { placeOf, removeBefore } from './segments.ts';

interface Source {
  /** The data directory of the running server. */
  directory: string;
  /** Where its backups are kept. */
  folder: string;
}

const serverRow = z.object({
  id: z.string(),
  mode: z.string(),
  archive: z.string().nullable(),
  segmentBytes: z.int(),
  dataBytes: z.coerce.number(),
});
const aboutServer = `
  SELECT (SELECT system_identifier::text FROM pg_control_system()) AS id, current_setting('archive_mode') AS mode,
    current_setting('basic_archive.archive_directory', true) AS archive,
    (SELECT setting::int FROM pg_settings WHERE name = 'wal_segment_size') AS "segmentBytes",
    (SELECT sum(pg_database_size(oid)) FROM pg_database) AS "dataBytes"`;

const stoppedRow = z.object({ label: z.string(), last: z.string(), at: z.date() });
const archiveWithinMs = 120_000;

/** Copies the data of a running server, and what was written meanwhile is in the archive when this ends. */
export async function takeBackup({ directory, folder }: Source): Promise<BaseBackup> {
  const connection = readConnection(directory);
  return withClient(urlOf(connection, 'postgres'), async (client) => {
    const { id, mode, archive, segmentBytes, dataBytes } = serverRow.parse((await client.query(aboutServer)).rows[0]);
    if (mode !== 'on' || archive !== archiveIn(folder))
      throw new CommandFailed(`The server does not archive to ${folder}. Start it anew with this BACKUP_DIR.`);
    claimArchive(folder, directory);
    claimBackupFolder(folder, id);
    requireRoom(folder, dataBytes);
    const copy = newBackupFolder(folder, new Date());
    mkdirSync(dataIn(copy + unfinished), { recursive: true, mode: 0o700 });
    try {
      const copied = await copyBetween(client, directory, copy + unfinished);
      await describe(copy + unfinished, { systemIdentifier: id, segmentBytes, connection, ...copied });
      renameSync(copy + unfinished, copy); // the last step: what has this name is whole
    } catch (error) {
      rmSync(copy + unfinished, { recursive: true, force: true });
      throw error;
    }
    return baseBackups(folder).findLast((backup) => backup.folder === copy) as BaseBackup;
  });
}

async function copyBetween(client: pg.Client, directory: string, into: string) {
  await client.query(`SELECT pg_backup_start('opex', fast => true)`);
  const { folders, files: names } = await contentsOf(directory);
  for (const path of folders) mkdirSync(join(dataIn(into), path), { recursive: true, mode: 0o700 });
  const files: Description['files'] = [];
  const keep = async (from: string, path: string) => {
    const copying = copyWhole(from, join(dataIn(into), path), { sync: true });
    if (await unlessGone(copying)) files.push({ path, ...(await copying) });
  };
  await eachFile(names, (path) => keep(join(directory, path), path));
  const { label, last, at } = await stopBackup(client);
  const labelFile = join(into, 'backup_label');
  writeFileSync(labelFile, label, { mode: 0o600 });
  await keep(labelFile, 'backup_label');
  rmSync(labelFile);
  const firstSegment = /\(file ([0-9A-F]{24})\)/.exec(label)?.[1] ?? '';
  return { folders, files, firstSegment, lastSegment: last, finishedAt: at };
}

/** Waits until the archive has all that the copy needs. */
async function stopBackup(client: pg.Client) {
  await client.query(`SET statement_timeout = ${archiveWithinMs}`);
  try {
    const { rows } = await client.query(
      `SELECT labelfile AS label, pg_walfile_name(lsn) AS last, clock_timestamp() AS at FROM pg_backup_stop()`,
    );
    return stoppedRow.parse(rows[0]);
  } catch (cause) {
    if ((cause as { code?: string }).code !== '57014') throw cause;
    throw new CommandFailed('The archive does not take what the server writes. The log beside the data says why.');
  }
}

async function describe(folder: string, description: Description) {
  const file = await open(describedIn(folder), 'wx', 0o600);
  await file.writeFile(JSON.stringify(description));
  await file.sync();
  await file.close();
}

/** Keeps so many backups, and the archive from the oldest of them on. What was begun and not finished goes, too. */
export function removeOld(folder: string, kept: number): string[] {
  const all = baseBackups(folder);
  const old = all.slice(0, -kept);
  for (const backup of old) rmSync(backup.folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (name.endsWith(unfinished)) rmSync(join(folder, name), { recursive: true });
  const [oldest, ...others] = all.slice(old.length);
  if (!oldest) return [];
  // After going back in time a later backup can begin before an earlier one.
  const { segmentBytes } = oldest;
  const first = Math.min(...[oldest, ...others].map(({ firstSegment }) => placeOf(firstSegment, segmentBytes)));
  removeBefore(archiveIn(folder), first, segmentBytes);
  return old.map((backup) => basename(backup.folder));
}
