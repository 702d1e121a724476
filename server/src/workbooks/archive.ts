import { pipeline, type Readable } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { freeOfRatio, type Limits } from './limits.ts';
import { Refusal, type RefusalCode } from './refusal.ts';

export type Archive = {
  has: (name: string) => boolean;
  names: () => string[];
  /** The bytes of a part as they unpack; whatever was wrong with them is known at their end. */
  read: (name: string) => AsyncGenerator<Buffer, void, undefined>;
  close: () => void;
};

/** Some pieces ahead, so that one is unpacked beside the thread while another is read. */
const unpacking = { chunkSize: 64 * 1024, highWaterMark: 512 * 1024 };

/** Parts are told apart without regard to case. */
const keyOf = (name: string) => name.toLowerCase();

/** Everything that a ZIP says of itself is checked before anything of it is unpacked. */
export async function openArchive(path: string, limits: Limits, signal?: AbortSignal): Promise<Archive> {
  const zip = await yauzl.openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw new Refusal('truncated', '', error);
  });
  try {
    const entries = await readEntries(zip, limits);
    return {
      has: (name) => entries.has(keyOf(name)),
      names: () => [...entries.keys()],
      read: (name) => unpack(zip, entries.get(keyOf(name)), signal),
      close: () => zip.close(),
    };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readEntries(zip: ZipFile, limits: Limits): Promise<Map<string, Entry>> {
  if (zip.entryCount > limits.entries) throw new Refusal('too-many-parts');
  const directoryStart = Number(zip.readEntryCursor);
  const entries = new Map<string, Entry>();
  let unpacked = 0;
  for await (const entry of eachEntry(zip)) {
    const key = keyOf(entry.fileName);
    if (entries.has(key)) throw new Refusal('repeated-name', entry.fileName);
    if (entry.isEncrypted()) throw new Refusal('encrypted');
    if (!entry.canDecodeFileData()) throw new Refusal('damaged', 'it is packed in an unknown way');
    // No part unpacks to more than it says, so what all of them say is the most there can be.
    unpacked += entry.uncompressedSize;
    if (unpacked > limits.unpackedBytes) throw new Refusal('unpacks-too-large');
    if (entry.uncompressedSize > freeOfRatio && entry.uncompressedSize > entry.compressedSize * limits.ratio)
      throw new Refusal('packed-too-tightly');
    entries.set(key, entry);
  }
  await refuseOverlaps(zip, [...entries.values()], directoryStart);
  return entries;
}

async function* eachEntry(zip: ZipFile) {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(codeOf(error), '', error);
  }
}

const codeOf = (error: unknown): RefusalCode => {
  const words = error instanceof Error ? error.message : '';
  if (/relative path|absolute path|invalid characters/.test(words)) return 'bad-name';
  if (/encryption/.test(words)) return 'encrypted';
  return /size mismatch/.test(words) ? 'wrong-size' : 'damaged';
};

/** Parts that share bytes are how a small file unpacks to a large one, and how two readers see different contents. */
async function refuseOverlaps(zip: ZipFile, entries: Entry[], directoryStart: number) {
  let end = 0;
  for (const entry of entries.sort(
    (one, other) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader,
  )) {
    const header = await zip.readLocalFileHeaderPromise(entry).catch((error: unknown) => {
      throw new Refusal('damaged', '', error);
    });
    if (entry.relativeOffsetOfLocalHeader < end) throw new Refusal('overlapping');
    if (!header.fileName.equals(entry.fileNameRaw)) throw new Refusal('damaged', 'a part of it has two names');
    end = header.fileDataStart + entry.compressedSize;
  }
  if (end > directoryStart) throw new Refusal('overlapping');
}

async function* unpack(
  zip: ZipFile,
  entry: Entry | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer, void, undefined> {
  if (!entry) throw new Refusal('damaged', 'a part of it is missing');
  const packed = await zip.openReadStreamPromise(entry, { decodeFileData: false });
  // An error of either stream comes out of the one that is read.
  const stream: Readable =
    entry.compressionMethod === 0 ? packed : pipeline(packed, createInflateRaw(unpacking), () => {});
  let size = 0;
  let checksum = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      size += chunk.length;
      if (size > entry.uncompressedSize) throw new Refusal('wrong-size');
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    // Only zlib says what was damaged by a number of its own.
    throw error instanceof Error && 'errno' in error
      ? new Refusal('damaged', 'a part of it cannot be unpacked', error)
      : error;
  } finally {
    packed.destroy();
  }
  if (size !== entry.uncompressedSize) throw new Refusal('wrong-size');
  if (checksum !== entry.crc32) throw new Refusal('wrong-checksum');
}
