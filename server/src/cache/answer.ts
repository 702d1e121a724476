import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Place } from './place.ts';
import type { Sight } from './staleness.ts';
import { digestOf } from '../lib/digest.ts';

const gzip = promisify(zlib.gzip);
const gunzip = promisify(zlib.gunzip);
const brotli = promisify(zlib.brotliCompress);
const unbrotli = promisify(zlib.brotliDecompress);

const encodings = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof encodings)[number];

/** Small buffers are cut from large ones, which they would hold as a whole. */
function ownCopy(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength === bytes.length) return bytes;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

type About = { etag: string; loadedAt: number; asOf?: string | undefined; sight: Sight | undefined };

/** A finished answer: the bytes that go over the wire, in the forms asked for so far; at least one is there. */
export class Answer {
  readonly place: Place;
  readonly etag: string;
  readonly loadedAt: number;
  /** When the replica that answered held the data; absent for answers of the primary. */
  readonly asOf: string | undefined;
  /** As of which changes it is right; undefined when that is not known. */
  readonly sight: Sight | undefined;
  forms: Readonly<Partial<Record<Encoding, Buffer>>> = {};
  /** This process is loading its successor. */
  isBeingRefreshed = false;
  /** Compressed small, behind an answer; until then only fast. */
  isWellCompressed = false;

  constructor(place: Place, forms: Answer['forms'], { etag, loadedAt, asOf, sight }: About) {
    this.place = place;
    for (const encoding of encodings) if (forms[encoding]) this.keep(encoding, forms[encoding]);
    this.etag = etag;
    this.loadedAt = loadedAt;
    this.asOf = asOf;
    this.sight = sight;
  }

  keep(encoding: Encoding, bytes: Buffer) {
    this.forms = { ...this.forms, [encoding]: ownCopy(bytes) };
  }

  /** Drops a form that another one can give back. */
  drop(encoding: Encoding) {
    const { [encoding]: _dropped, ...others } = this.forms;
    if (Object.keys(others).length > 0) this.forms = others;
  }

  size() {
    return Object.values(this.forms).reduce((sum, bytes) => sum + bytes.length, 700);
  }
}

/** Compressing it would cost more than it saves. */
export const isSmall = ({ forms: { identity } }: Answer) => identity !== undefined && identity.length < 1_000;

export const etagOf = (bytes: Buffer) => `"${digestOf(bytes)}"`;

/** What an answer says, where the process itself wants to know. */
export const readAnswer = async <Value>(answer: Answer): Promise<Value> =>
  JSON.parse((await plainOf(answer)).toString()) as Value;

/** What came from Redis may be there only compressed. */
export async function plainOf(answer: Answer): Promise<Buffer> {
  const { gzip: gzipped, br, identity } = answer.forms;
  if (identity) return identity;
  return gzipped ? gunzip(gzipped) : unbrotli(br ?? Buffer.alloc(0));
}

/** Quick, because the first reader waits for it. An answer that is asked for often is made small later, behind an answer. */
const levels = { quick: { gzip: 1, br: 1 }, small: { gzip: 6, br: 5 } };

export async function compress(answer: Answer, encoding: Exclude<Encoding, 'identity'>, how: keyof typeof levels) {
  const plain = await plainOf(answer);
  const level = levels[how][encoding];
  answer.keep(
    encoding,
    encoding === 'gzip'
      ? await gzip(plain, { level })
      : await brotli(plain, {
          params: {
            [zlib.constants.BROTLI_PARAM_QUALITY]: level,
            [zlib.constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
            // A page is smaller than this window; the usual one takes megabytes each time.
            [zlib.constants.BROTLI_PARAM_LGWIN]: 17,
          },
        }),
  );
}
