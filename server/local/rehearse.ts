import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { reportOn } from '../src/verify/report.ts';
import { archiveNow } from './backup/archive-now.ts';
import { requireBackupFolder } from './backup/folder.ts';
import { noting } from './backup/keep.ts';
import { restore } from './backup/restore.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { openDatabase } from './database.ts';
import { dataFolder } from './folders.ts';
import { sealSettings } from './seals.ts';

await runCommand(rehearse);

/** Restores all there is into a server of its own, looks at every figure of it, and notes the result in the living database. */
async function rehearse(defer: Defer): Promise<number> {
  const folder = requireBackupFolder();
  const { url } = await openDatabase(defer);
  const into = join(dataFolder(), 'rehearsal');
  const remove = () => {
    for (const part of ['', '.json', '.log', '.owner']) rmSync(into + part, { recursive: true, force: true });
  };
  remove();
  defer(remove);
  await noting(url, 'drill', async () => {
    const began = performance.now();
    await archiveNow(url, folder);
    const { server, until } = await restore({ folder, into });
    defer(server.stop);
    const isSound = await reportOn(server.url('opex'), sealSettings(), say, until);
    await server.stop();
    if (!isSound) throw new CommandFailed('What was restored is not sound: verify names it above.');
    return `Restored until ${until.toISOString()} and found right, in ${((performance.now() - began) / 1000).toFixed(1)} s`;
  });
  return 0;
}
