import { z } from 'zod';
import { addressOf } from '../lib/addresses.ts';
import { withClient } from '../database/with-client.ts';

const archive = `
  SELECT current_setting('archive_mode') AS mode, archived_count::int AS archived, last_failed_wal AS failed,
    coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) AS "isFailing"
  FROM pg_stat_archiver`;
const archiveRow = z.object({
  mode: z.string(),
  archived: z.int(),
  failed: z.string().nullable(),
  isFailing: z.boolean(),
});

/** Whether the database hands on what it writes to its archive, without which a restore ends at the last base backup. */
export async function run() {
  const { rows } = await withClient(addressOf.primary(), (client) => client.query(archive));
  const state = archiveRow.parse(rows[0]);
  const problem = problemOf(state);
  process.stdout.write(problem ? `BROKEN  ${problem}\n` : `ok      ${state.archived} segments were archived\n`);
  if (problem) process.exitCode = 1;
}

function problemOf({ mode, archived, failed, isFailing }: z.infer<typeof archiveRow>): string | undefined {
  if (mode === 'off') return 'archive_mode is off: nothing could be restored but a base backup';
  if (isFailing)
    return `archiving of ${failed} fails; the database keeps what it cannot archive until its disk is full`;
  return archived === 0 ? 'nothing was archived since the database server counts' : undefined;
}
