import { existsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { broken, type Finding, limits, ok } from '../../src/backup/check.ts';
import { waitUntil } from '../processes.ts';
import { dataIn, usableBackups } from './base-backups.ts';
import { archiveIn } from './folder.ts';
import { newestHistory } from './history.ts';
import { firstGap, nameOfPlace, placeOf, placesIn } from './segments.ts';

const serverRow = z.object({ archive: z.string().nullable(), written: z.string() });

/** Whether this folder holds all that a restore of now would need. */
export async function checkFolder(client: pg.Client, folder: string): Promise<Finding> {
  const { rows } = await client.query(
    `SELECT current_setting('basic_archive.archive_directory', true) AS archive, pg_walfile_name(pg_current_wal_lsn()) AS written`,
  );
  const { archive, written } = serverRow.parse(rows[0]);
  const wal = archiveIn(folder);
  if (archive !== wal) return broken(`the server archives to ${archive || 'no folder'}, not to ${wal}`);
  if (!existsSync(wal)) return broken(`${wal} is not there`);
  const backup = usableBackups(folder).at(-1);
  if (!backup) return broken(`${folder} holds no base backup that its archive goes on from`);

  const { finishedAt, files, firstSegment, segmentBytes } = backup;
  const name = basename(backup.folder);
  const sizeNow = (path: string) => statSync(join(dataIn(backup.folder), path), { throwIfNoEntry: false })?.size;
  const spoilt = files.find(({ path, size }) => sizeNow(path) !== size);
  if (spoilt) return broken(`${name} is damaged: ${spoilt.path} is not what was copied`);
  if (Date.now() - finishedAt.getTime() > limits.backup.withinMs)
    return broken(`the newest base backup in ${folder}, ${name}, is older than ${limits.backup.within}`);

  const last = placeOf(written, segmentBytes) - 1;
  const gap = () =>
    firstGap(placesIn(wal, segmentBytes, newestHistory(wal, segmentBytes)), placeOf(firstSegment, segmentBytes), last);
  // What was just written is on its way.
  await waitUntil(() => gap() === undefined, { seconds: 10 });
  const missing = gap();
  if (missing === undefined) return ok(`${folder} holds ${name} and all that was archived since`);
  return broken(`segment ${nameOfPlace(missing, segmentBytes)} is missing in ${wal}, or cut short`);
}
