import { parseArgs } from 'node:util';
import { checkArchive, checkNotes } from '../src/backup/check.ts';
import { withClient } from '../src/database/with-client.ts';
import { checkFolder } from './backup/check-folder.ts';
import { requireBackupFolder } from './backup/folder.ts';
import { backUp } from './backup/keep.ts';
import { type Defer, runCommand, say } from './command.ts';
import { livingData, openDatabase } from './database.ts';

await runCommand(backup);

async function backup(defer: Defer): Promise<number> {
  const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
  const folder = requireBackupFolder();
  const { url } = await openDatabase(defer);
  if (values.check) return check(url, folder);
  await backUp({ directory: livingData(), url, folder });
  return 0;
}

async function check(url: string, folder: string): Promise<number> {
  const findings = await withClient(url, async (client) => [
    await checkArchive(client),
    await checkFolder(client, folder),
    ...(await checkNotes(client)),
  ]);
  for (const { ok, words } of findings) say(`${ok ? 'ok      ' : 'BROKEN  '}${words}`);
  return findings.every(({ ok }) => ok) ? 0 : 1;
}
