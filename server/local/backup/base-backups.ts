import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { archiveIn } from './folder.ts';
import { newestHistory } from './history.ts';
import { stampOf } from './time.ts';

const description = z.object({
  systemIdentifier: z.string(),
  segmentBytes: z.int(),
  /** The segments that it is not a database without. */
  firstSegment: z.string(),
  lastSegment: z.string(),
  /** It can be restored to times from this one on. */
  finishedAt: z.coerce.date(),
  /** The address and password of the server; the database holds only a digest of it. */
  connection: z.object({ port: z.int(), password: z.string() }),
  folders: z.array(z.string()),
  files: z.array(z.object({ path: z.string(), size: z.int(), sha256: z.string() })),
});
export type Description = z.infer<typeof description>;
export type BaseBackup = Description & { folder: string };

const prefix = 'base-';
export const unfinished = '.unfinished';
export const describedIn = (folder: string) => join(folder, 'backup.json');
export const dataIn = (folder: string) => join(folder, 'data');

export const newBackupFolder = (parent: string, at: Date) => join(parent, `${prefix}${stampOf(at)}`);

/** Whole base backups, oldest first. What has no description was never finished. */
export function baseBackups(parent: string): BaseBackup[] {
  if (!existsSync(parent)) return [];
  const folders = readdirSync(parent)
    .filter((name) => name.startsWith(prefix) && !name.endsWith(unfinished))
    .map((name) => join(parent, name));
  return folders
    .flatMap((folder) => {
      const found = description.safeParse(readJson(describedIn(folder)));
      return found.success ? [{ ...found.data, folder }] : [];
    })
    .toSorted((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime());
}

/** Those that the newest history of the archive goes on from. */
export const usableBackups = (parent: string): BaseBackup[] =>
  baseBackups(parent).filter(({ segmentBytes, lastSegment }) =>
    newestHistory(archiveIn(parent), segmentBytes)(lastSegment),
  );

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

export const sizeOf = ({ files }: Pick<Description, 'files'>) => files.reduce((sum, { size }) => sum + size, 0);

/** Copies a file, where it should be so onto the disk and not only towards it; says what was copied. */
export async function copyWhole(from: string, to: string, { sync }: { sync: boolean }) {
  const sum = createHash('sha256');
  let size = 0;
  const target = await open(to, 'wx', 0o600);
  try {
    await pipeline(createReadStream(from), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        sum.update(chunk);
        size += chunk.length;
        await target.writeFile(chunk);
      }
    });
    if (sync) await target.sync();
  } finally {
    await target.close();
  }
  return { size, sha256: sum.digest('hex') };
}

/** Several at a time, because each waits for the disk; the last one after all others. */
export async function eachFile<File>(files: readonly File[], work: (file: File) => Promise<void>): Promise<void> {
  const waiting = files.slice(0, -1).values();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const file of waiting) {
      if (failures.length > 0) return;
      await work(file).catch((error: unknown) => failures.push(error));
    }
  };
  // Whoever clears up after a failure must not meet a worker that still writes.
  await Promise.all(Array.from({ length: 16 }, worker));
  if (failures.length > 0) throw failures[0];
  for (const file of files.slice(-1)) await work(file);
}
