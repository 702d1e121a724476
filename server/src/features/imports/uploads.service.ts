import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { config } from '../../config.ts';
import { inTransaction } from '../../database/transaction.ts';
import { AppError } from '../../lib/errors.ts';
import type { NewImport } from './imports.repository.ts';
import * as repository from './uploads.repository.ts';

const megabyte = 1024 * 1024;
export const mostBytes = config.IMPORT_FILE_MB * megabyte;
const tooLarge = () => new AppError(413, `This file is larger than ${config.IMPORT_FILE_MB} MB`);

/**
 * Keeps a file as it arrives, in pieces. Nothing is held open for a slow sender, no disk is needed, and any process can read it.
 * What does not come to its end is removed.
 */
export async function receive(
  stream: AsyncIterable<Buffer>,
  said: string | undefined,
): Promise<Omit<NewImport, 'name'>> {
  if (Number(said) > mostBytes) throw tooLarge();
  const upload = randomUUID();
  const hash = createHash('sha256');
  let bytes = 0;
  let number = 0;
  try {
    for await (const chunk of inMegabytes(stream)) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge();
      hash.update(chunk);
      await repository.add(upload, number++, chunk);
    }
    if (bytes === 0) throw new AppError(400, 'The request has no file');
  } catch (error) {
    await forget(upload);
    throw error;
  }
  return { upload, bytes, sha256: hash.digest() };
}

async function* inMegabytes(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const part of stream) {
    parts.push(part);
    length += part.length;
    if (length < megabyte) continue;
    yield Buffer.concat(parts);
    [parts, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(parts);
}

export const forget = (upload: string) => inTransaction([], (tx) => repository.remove(upload, tx));
export const remove = repository.remove;
export async function clean() {
  await cleanFolders();
  await inTransaction([], repository.removeOld);
}

const folderName = 'opex-import-';
const hourMs = 3_600_000;

/** What a killed process left of files on the disk. No check takes an hour. */
async function cleanFolders() {
  for (const name of await readdir(tmpdir())) {
    const folder = join(tmpdir(), name);
    if (!name.startsWith(folderName)) continue;
    // It may end, and go, meanwhile.
    const made = (await stat(folder).catch(() => undefined))?.mtimeMs ?? Infinity;
    if (Date.now() - made > hourMs) await rm(folder, { recursive: true, force: true });
  }
}

/** The file at a place of its own, as long as the work takes. */
export async function withFile<Result>(upload: string, work: (path: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), folderName));
  try {
    const path = join(folder, 'file');
    await pipeline(Readable.from(repository.chunksOf(upload)), createWriteStream(path));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
