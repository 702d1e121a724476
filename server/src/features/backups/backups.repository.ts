import { readArchive } from '../../backup/check.ts';
import { type NoteKind, readNotes } from '../../backup/notes.ts';
import { primaryPool } from '../../database/database.ts';

/** When each last succeeded. */
export async function lastSuccesses(): Promise<Map<NoteKind, Date | null>> {
  return new Map((await readNotes(primaryPool)).map(({ kind, succeededAt }) => [kind, succeededAt]));
}

export const isArchivingFailing = async () => (await readArchive(primaryPool)).isFailing;
