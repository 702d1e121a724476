import { basename } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { withClient } from '../../src/database/with-client.ts';
import { keepNote, type NoteKind } from '../../src/backup/notes.ts';
import { type Defer, say } from '../command.ts';
import { type BaseBackup, baseBackups, sizeOf } from './base-backups.ts';
import { keptBackups, megabytes } from './folder.ts';
import { timelineOf } from './history.ts';
import { removeOld, takeBackup } from './take.ts';
import { dayMs } from '../../src/lib/time.ts';
import { wordsOf } from '../../src/lib/errors.ts';

interface Place {
  /** The data directory of the running server. */
  directory: string;
  /** The database that notes are kept in, as its owner. */
  url: string;
  /** Where its backups are kept. */
  folder: string;
}

/** Takes a base backup, removes those that are too many, and notes how it went. */
export async function backUp({ directory, url, folder }: Place): Promise<void> {
  const began = performance.now();
  await noting(url, 'backup', async () => {
    const backup = await takeBackup({ directory, folder });
    for (const name of removeOld(folder, keptBackups())) say(`Removed ${name}`);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    return `${basename(backup.folder)}: ${backup.files.length} files, ${megabytes(sizeOf(backup))}, in ${seconds} s`;
  });
}

/** Notes what the work says, and what it fails with. */
export async function noting(url: string, kind: NoteKind, work: () => Promise<string>): Promise<void> {
  const note = (ok: boolean, words: string) => withClient(url, (client) => keepNote(client, kind, { ok, words }));
  try {
    const words = await work();
    await note(true, words);
    say(words);
  } catch (error) {
    await note(false, wordsOf(error)).catch(() => undefined);
    throw error;
  }
}

/** Takes a base backup whenever the last one is a day old, and after going back in time. */
export function keepBackedUp(place: Place, defer: Defer): void {
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    await backUpIfDue(place)
      .catch((error: unknown) => say(`No base backup could be taken: ${wordsOf(error)}`))
      .finally(() => (isBusy = false));
  };
  const timer = setInterval(() => void look(), 600_000);
  defer(() => clearInterval(timer));
  void look();
}

export async function backUpIfDue(place: Place): Promise<void> {
  const last = await withClient(place.url, (client) => lastOfLiving(client, place.folder));
  if (!last || Date.now() - last.finishedAt.getTime() >= dayMs) await backUp(place);
}

const writtenRow = z.object({ segment: z.string() });

/** The last base backup of the timeline that the server writes: one of a history that was left is of no use to it. */
async function lastOfLiving(client: pg.Client, folder: string): Promise<BaseBackup | undefined> {
  const { rows } = await client.query('SELECT pg_walfile_name(pg_current_wal_lsn()) AS segment');
  const living = timelineOf(writtenRow.parse(rows[0]).segment);
  return baseBackups(folder).findLast(({ firstSegment }) => timelineOf(firstSegment) === living);
}
