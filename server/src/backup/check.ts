import type pg from 'pg';
import { z } from 'zod';
import { type Note, type NoteKind, readNotes } from './notes.ts';
import { dayMs, hourMs } from '../lib/time.ts';

const archive = `
  SELECT current_setting('archive_mode') AS mode, archived_count::int AS archived, last_failed_wal AS failed,
    coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing",
    (SELECT setting::int FROM pg_settings WHERE name = 'archive_timeout') AS "atLatestSeconds",
    (SELECT active FROM pg_replication_slots WHERE slot_name = 'opex_backup') AS "isReceived"
  FROM pg_stat_archiver`;
const archiveRow = z.object({
  mode: z.string(),
  archived: z.int(),
  failed: z.string().nullable(),
  isFailing: z.boolean(),
  atLatestSeconds: z.int(),
  /** Whether the service `backup` of docker-compose.yml takes what is written as it is written, if there is one. */
  isReceived: z.boolean().nullable(),
});
type Archive = z.infer<typeof archiveRow>;
type Client = Pick<pg.Client, 'query'>;

export type Finding = { ok: boolean; words: string };
export const ok = (words: string): Finding => ({ ok: true, words });
export const broken = (words: string): Finding => ({ ok: false, words });

/** Whether the database hands on what it writes, without which a restore ends at the last base backup. */
export async function checkArchive(client: Client): Promise<Finding> {
  return judgeArchive(await readArchive(client));
}

export async function readArchive(client: Client): Promise<Archive> {
  const { rows } = await client.query(archive);
  return archiveRow.parse(rows[0]);
}

function judgeArchive({ mode, archived, failed, isFailing, atLatestSeconds, isReceived }: Archive): Finding {
  if (isReceived) return ok('what is written is kept as it is written');
  if (isReceived === false)
    return broken(
      'the service backup is away; the database keeps for it what is written, up to max_slot_wal_keep_size',
    );
  if (mode === 'off') return broken('archive_mode is off: nothing could be restored but a base backup');
  if (isFailing)
    return broken(`archiving of ${failed} fails; the database keeps what it cannot archive until its disk is full`);
  if (archived === 0) return broken('nothing was archived since the database server counts');
  if (atLatestSeconds === 0 || atLatestSeconds > 300)
    return broken('archive_timeout lets more than 5 minutes of changes be lost: set it to 240');
  return ok(`${archived} segments were archived`);
}

export const limits: Record<NoteKind, { name: string; withinMs: number; within: string }> = {
  backup: { name: 'base backup', withinMs: 26 * hourMs, within: '26 hours' },
  drill: { name: 'rehearsal of a restore', withinMs: 35 * dayMs, within: '35 days' },
};

/** Whether a base backup and a rehearsal succeeded lately. */
export async function checkNotes(client: pg.Client): Promise<Finding[]> {
  const notes = await readNotes(client);
  return Object.entries(limits).map(([kind, limit]) =>
    judgeNote(
      notes.find((note) => note.kind === kind),
      limit,
    ),
  );
}

function judgeNote(note: Note | undefined, { name, withinMs, within }: (typeof limits)[NoteKind]): Finding {
  if (!note) return broken(`no ${name} was ever noted`);
  const { succeededAt, triedAt, words } = note;
  const isLate = Date.now() - (succeededAt?.getTime() ?? 0) > withinMs;
  const failed = succeededAt?.getTime() === triedAt.getTime() ? '' : `; the last attempt failed: ${words}`;
  if (!succeededAt) return broken(`no ${name} has succeeded${failed}`);
  const last = `the last ${name} is of ${succeededAt.toISOString()}`;
  return isLate ? broken(`${last}, and there should be one within ${within}${failed}`) : ok(`${last}${failed}`);
}
