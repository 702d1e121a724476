import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportOn } from '../src/verify/report.ts';
import { archiveNow } from './backup/archive-now.ts';
import { backupFolder, openBackupFolder, requireBackupFolder } from './backup/folder.ts';
import { restore } from './backup/restore.ts';
import { stampOf, timeOf } from './backup/time.ts';
import { use } from './backup/use.ts';
import { type Defer, runCommand, say } from './command.ts';
import { livingData, runningDatabase } from './database.ts';
import { dataFolder } from './folders.ts';
import { sealSettings } from './seals.ts';

await runCommand(run);

async function run(defer: Defer): Promise<number> {
  const { values } = parseArgs({
    options: {
      to: { type: 'string' },
      into: { type: 'string' },
      use: { type: 'string' },
      'take-over': { type: 'boolean', default: false },
    },
  });
  const takeOver = values['take-over'];
  if (takeOver || (values.use && backupFolder())) openBackupFolder(requireBackupFolder(), livingData(), { takeOver });
  if (values.use) return takeIntoUse(resolve(values.use));
  if (takeOver) return 0;
  const to = values.to === undefined ? undefined : timeOf(values.to);
  const folder = requireBackupFolder();
  const into = resolve(values.into ?? join(dataFolder(), `restored-${stampOf(new Date())}`));
  const began = performance.now();
  const living = runningDatabase();
  if (living) await archiveNow(living.url, folder);
  const { server, backup, until } = await restore({ folder, into, to });
  defer(server.stop);
  say(`Restored what was committed until ${until.toISOString()}, from ${backup.folder}`);
  const isSound = await reportOn(server.url('opex'), sealSettings(), say, until);
  await server.stop();
  say(`It is in ${into}, after ${((performance.now() - began) / 1000).toFixed(1)} s.`);
  say(`To go on with it: stop npm start, then npm run restore -- --use ${into}`);
  return isSound ? 0 : 1;
}

function takeIntoUse(restored: string): number {
  const aside = use(restored, livingData(), new Date());
  say(`npm start goes on with what was restored.${aside ? ` What there was until now is in ${aside}.` : ''}`);
  return 0;
}
