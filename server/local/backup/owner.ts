import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { CommandFailed } from '../command.ts';

const owner = z.object({ installation: z.string(), host: z.string(), directory: z.string() });

/** Lies beside the data, and in no backup: what is restored elsewhere is another installation, going back in time is not. */
function installationOf(directory: string): string {
  const file = `${directory}.installation`;
  if (!existsSync(file)) writeFileSync(file, randomUUID(), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}

/** One installation writes to an archive: two that were restored from it would go on under the same names. */
export function claimArchive(folder: string, directory: string, { takeOver = false } = {}): void {
  const file = join(folder, 'owner.json');
  const installation = installationOf(directory);
  if (takeOver || !existsSync(file))
    writeFileSync(file, JSON.stringify({ installation, host: hostname(), directory }), { mode: 0o600 });
  const known = owner.parse(JSON.parse(readFileSync(file, 'utf8')));
  if (known.installation === installation) return;
  throw new CommandFailed(
    `${folder} belongs to the installation in ${known.directory} on ${known.host}: two would spoil each other's backups. ` +
      'Choose another BACKUP_DIR here. Only if that one never runs again: npm run restore -- --take-over',
  );
}
