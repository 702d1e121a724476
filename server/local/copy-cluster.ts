import { chown, copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { account } from './folders.ts';

// What a copy leaves out: it belongs to the server that runs.
const emptied = new Set(
  ['wal', 'replslot', 'dynshmem', 'notify', 'serial', 'snapshots', 'stat_tmp', 'subtrans'].map((name) => `pg_${name}`),
);
const left = /^(postmaster\.|pgsql_tmp|pg_internal\.init)/;
/** The server makes them only when it makes a data directory. */
export const foldersOfWal = ['pg_wal/archive_status', 'pg_wal/summaries'];

/** The folders and files that a copy of a running server's data holds, by their paths in it. pg_control comes last. */
export async function contentsOf(directory: string): Promise<{ folders: string[]; files: string[] }> {
  const found = { folders: [] as string[], files: [] as string[] };
  const look = async (path: string) => {
    for (const entry of await entriesOf(join(directory, path))) {
      if (left.test(entry.name)) continue;
      const inside = path ? `${path}/${entry.name}` : entry.name;
      if (entry.isSymbolicLink()) throw new Error(`${join(directory, inside)} leads elsewhere: a copy would lack it.`);
      if (entry.isDirectory()) {
        found.folders.push(inside);
        if (!emptied.has(inside)) await look(inside);
      } else found.files.push(inside);
    }
  };
  await look('');
  const isControl = (file: string) => file === 'global/pg_control';
  found.files.sort((a, b) => Number(isControl(a)) - Number(isControl(b)));
  return { folders: [...found.folders, ...foldersOfWal], files: found.files };
}

/** None of a database that is dropped meanwhile. */
const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });

/** Copies the data of a running server, between pg_backup_start and pg_backup_stop. */
export async function copyContents(from: string, to: string, owner: typeof account): Promise<void> {
  const { folders, files } = await contentsOf(from);
  const give = async (target: string) => owner && (await chown(target, owner.uid, owner.gid));
  for (const folder of folders) {
    await mkdir(join(to, folder), { mode: 0o700, recursive: true });
    await give(join(to, folder));
  }
  for (const file of files) {
    if (await unlessGone(copyFile(join(from, file), join(to, file)))) await give(join(to, file));
  }
}

/** A table may be dropped while it is copied; the log of changes says so too. */
export async function unlessGone(copying: Promise<unknown>): Promise<boolean> {
  try {
    await copying;
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
