import type pg from 'pg';
import { z } from 'zod';
import { keepNote, readNotes } from '../backup/notes.ts';
import { config } from '../config.ts';
import { withClient } from '../database/with-client.ts';
import { addressOf } from '../lib/addresses.ts';
import { reportOn } from '../verify/report.ts';

const row = z.object({ startedAt: z.date(), until: z.date().nullable() });

/** Looks at every figure of what was restored from a backup, and notes the result in the living database. */
export async function run([address, ...more]: string[]) {
  if (!address || more.length > 0) throw new Error('Use: rehearse <address of the restored database>');
  const restored = addressOf.copy(address);
  const { startedAt, until } = await withClient(restored, async (client) =>
    row.parse(
      (await client.query('SELECT pg_postmaster_start_time() AS "startedAt", pg_last_xact_replay_timestamp() AS until'))
        .rows[0],
    ),
  );
  await withClient(addressOf.primary(), async (living) => {
    if (startedAt < (await lastTried(living)))
      throw new Error('This one was looked at before. Restore again: what was written since is not in it.');
    const say = (line: string) => void process.stdout.write(`${line}\n`);
    const isSound = await reportOn(restored, config, say, until ?? undefined);
    const which = until ? `Restored until ${until.toISOString()}` : 'Restored without a change since the base backup';
    const words = `${which}, ${isSound ? 'and found right' : 'but not sound'}`;
    await keepNote(living, 'drill', { ok: isSound, words });
    say(words);
    if (!isSound) process.exitCode = 1;
  });
}

async function lastTried(living: pg.Client): Promise<Date> {
  return (await readNotes(living)).find(({ kind }) => kind === 'drill')?.triedAt ?? new Date(0);
}
