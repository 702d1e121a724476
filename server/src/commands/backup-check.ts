import { checkArchive, checkNotes } from '../backup/check.ts';
import { withClient } from '../database/with-client.ts';
import { addressOf } from '../lib/addresses.ts';

/** Whether the database could be restored as it was five minutes ago. `--archive` leaves out what another program keeps count of. */
export async function run(args: string[]) {
  const findings = await withClient(addressOf.primary(), async (client) => [
    await checkArchive(client),
    ...(args.includes('--archive') ? [] : await checkNotes(client)),
  ]);
  for (const { ok, words } of findings) process.stdout.write(`${ok ? 'ok      ' : 'BROKEN  '}${words}\n`);
  if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
}
