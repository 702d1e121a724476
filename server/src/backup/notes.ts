import type pg from 'pg';
import { z } from 'zod';

/** What is noted: that a base backup was taken, and that one was restored and found right. */
export const noteKinds = ['backup', 'drill'] as const;
export type NoteKind = (typeof noteKinds)[number];

const note = z.object({
  kind: z.enum(noteKinds),
  triedAt: z.date(),
  succeededAt: z.date().nullable(),
  words: z.string(),
});
export type Note = z.infer<typeof note>;

type Client = Pick<pg.Client, 'query'>;

/** Notes how it went, for `backup-check` and the metrics. The last success stays known after a failure. */
export async function keepNote(client: Client, kind: NoteKind, { ok, words }: { ok: boolean; words: string }) {
  await client.query(
    `INSERT INTO backup_notes (kind, tried_at, succeeded_at, words) VALUES ($1, now(), CASE WHEN $2 THEN now() END, $3)
     ON CONFLICT (kind) DO UPDATE SET tried_at = now(), succeeded_at = coalesce(EXCLUDED.succeeded_at, backup_notes.succeeded_at),
       words = EXCLUDED.words`,
    [kind, ok, words],
  );
}

export async function readNotes(client: Client): Promise<Note[]> {
  const { rows } = await client.query(
    'SELECT kind, tried_at AS "triedAt", succeeded_at AS "succeededAt", words FROM backup_notes',
  );
  return z.array(note).parse(rows);
}
