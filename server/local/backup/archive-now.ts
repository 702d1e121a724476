import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { withClient } from '../../src/database/with-client.ts';
import { CommandFailed } from '../command.ts';
import { waitUntil } from '../processes.ts';
import { archiveIn } from './folder.ts';

const segmentRow = z.object({ segment: z.string() });

/**
 * Hands on what is not in the archive yet. A commit that is later than all others goes first: PostgreSQL knows that it has reached
 * a time only by what comes after it.
 */
export async function archiveNow(url: string, folder: string): Promise<void> {
  const { segment } = await withClient(url, async (client) => {
    await client.query('SELECT pg_current_xact_id()');
    const { rows } = await client.query('SELECT pg_walfile_name(pg_switch_wal()) AS segment');
    return segmentRow.parse(rows[0]);
  });
  const file = join(archiveIn(folder), segment);
  if (await waitUntil(() => existsSync(file), { seconds: 60 })) return;
  throw new CommandFailed(`The server does not archive to ${folder}: ${segment} is not there after a minute.`);
}
