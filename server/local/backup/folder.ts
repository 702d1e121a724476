import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CommandFailed } from '../command.ts';
import { account, isReachable } from '../folders.ts';
import { claimArchive } from './owner.ts';

/** Where the embedded server's backups go, if anywhere: BACKUP_DIR. Another disk is a better place than this one. */
export function backupFolder(): string | undefined {
  const folder = process.env.BACKUP_DIR;
  return folder ? resolve(folder) : undefined;
}

export function requireBackupFolder(): string {
  if (process.env.DATABASE_URL)
    throw new CommandFailed(
      'DATABASE_URL names another server; k8s/runbooks/restore.md says how that one is backed up.',
    );
  const folder = backupFolder();
  if (!folder)
    throw new CommandFailed('Say where backups are kept: BACKUP_DIR=/another/disk/opex, in .env for example.');
  return folder;
}

/** How many base backups are kept, with all that was written since the oldest of them: BACKUP_KEEP. */
export function keptBackups(): number {
  const kept = Number(process.env.BACKUP_KEEP ?? 7);
  if (!Number.isInteger(kept) || kept < 1) throw new CommandFailed('BACKUP_KEEP is a number from 1 on.');
  return kept;
}

export const archiveIn = (folder: string) => join(folder, 'wal');

/** The checkpointer looks at the clock, then the segment is copied: together less than five minutes. */
const archiveSeconds = 240;

/**
 * Makes the server hand on what it writes, for ever. basic_archive never overwrites another segment, and takes one for archived
 * only once it is on the disk.
 */
export const archiveSettings = (folder: string) => [
  'archive_mode=on',
  'archive_library=basic_archive',
  `basic_archive.archive_directory=${archiveIn(folder)}`,
  `archive_timeout=${archiveSeconds}`,
];

/** Makes the folder, for nobody else's eyes and one installation; PostgreSQL writes to `wal/` as the account that it runs as. */
export function openBackupFolder(folder: string, dataDirectory: string, { takeOver = false } = {}): void {
  if (!relative(dataDirectory, folder).startsWith('..'))
    throw new CommandFailed(`BACKUP_DIR is inside ${dataDirectory}: it would be lost with it.`);
  mkdirSync(archiveIn(folder), { recursive: true, mode: 0o700 });
  // Who lists the folder learns names; who runs PostgreSQL has to pass it.
  chmodSync(folder, account ? 0o711 : 0o700);
  if (account) chownSync(archiveIn(folder), account.uid, account.gid);
  if (!isReachable(folder))
    throw new CommandFailed(`PostgreSQL runs as "nobody" and cannot enter ${folder}: choose another BACKUP_DIR.`);
  claimArchive(folder, dataDirectory, { takeOver });
}

/** One folder holds the backups of one database: those of two would take each other's names. */
export function claimBackupFolder(folder: string, systemIdentifier: string): void {
  const file = join(folder, 'database');
  if (!existsSync(file)) writeFileSync(file, systemIdentifier, { mode: 0o600 });
  if (readFileSync(file, 'utf8').trim() === systemIdentifier) return;
  throw new CommandFailed(
    `${folder} holds the backups of another database. Choose another BACKUP_DIR, or move it away.`,
  );
}

export function requireRoom(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  // A tenth more, for what is written meanwhile.
  if (free < bytes * 1.1)
    throw new CommandFailed(`${folder} has room for ${megabytes(free)}; ${megabytes(bytes * 1.1)} are needed.`);
}

export const megabytes = (bytes: number) => `${Math.ceil(bytes / 1_000_000)} MB`;
