import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed } from '../command.ts';
import { ownerOf } from '../processes.ts';
import { stampOf } from './time.ts';

const parts = ['', '.json'];

/** Puts a restored data directory in the place of the living one, which is kept under another name; the new name of that. */
export function use(restored: string, directory: string, at: Date): string | undefined {
  const missing = parts.find((part) => !existsSync(restored + part));
  if (missing !== undefined) throw new CommandFailed(`${restored}${missing} is not there.`);
  for (const path of [directory, restored]) {
    const pid = ownerOf(`${path}.owner`);
    if (pid !== undefined) throw new CommandFailed(`${path} is in use by process ${pid}; stop that first.`);
  }
  const aside = existsSync(directory) ? `${directory}-until-${stampOf(at)}` : undefined;
  if (aside) for (const part of parts) renameSync(directory + part, aside + part);
  for (const part of parts) renameSync(restored + part, directory + part);
  // It followed the other one; the next start copies it anew.
  rmSync(join(directory, '../replica'), { recursive: true, force: true });
  return aside;
}
