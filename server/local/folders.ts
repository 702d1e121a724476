import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export const checkout = resolve(import.meta.dirname, '../..');

/** PostgreSQL refuses to run as root, so root runs it as this account; undefined for other users. */
export const account = process.getuid?.() === 0 ? nobody() : undefined;

const sharedHome = '/var/lib/opex-manager';

function nobody(): { uid: number; gid: number } {
  const entry = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  return { uid: Number(entry?.[1] ?? 65_534), gid: Number(entry?.[2] ?? 65_534) };
}

/** Whether the account that runs PostgreSQL can get to this folder through all of its parents. */
export function isReachable(path: string): boolean {
  if (!account) return true;
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    const { mode, uid } = statSync(folder);
    if ((mode & 0o001) === 0 && !(uid === account.uid && (mode & 0o100) !== 0)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Makes a folder whose parents PostgreSQL may pass, whatever the umask is. */
export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  if (account) chmodSync(path, 0o755);
  return path;
}

/** What belongs to the checkout and needs no protection: stamps of builds, notes about processes. */
export const notesFolder = (): string => makeFolder(join(checkout, '.local'));

/** Where the databases of this checkout live: `.local`, or elsewhere when PostgreSQL could not enter the checkout. */
export function dataFolder(): string {
  const inside = notesFolder();
  if (isReachable(inside)) return inside;
  const name = createHash('sha256').update(realpathSync(checkout)).digest('hex').slice(0, 12);
  makeFolder(sharedHome);
  return makeFolder(join(sharedHome, name));
}

export function binariesFolder(version: string): string {
  makeFolder(sharedHome);
  return join(sharedHome, `postgresql-${version}`);
}

/** A new folder of the system's temporary folder. */
export function temporaryFolder(prefix: string): string {
  const parent = isReachable(tmpdir()) ? tmpdir() : '/tmp';
  return makeFolder(mkdtempSync(join(realpathSync(parent), prefix)));
}
