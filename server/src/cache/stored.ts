import { Answer, type Encoding } from './answer.ts';
import type { Place } from './place.ts';
import { tryRedis } from './redis.ts';
import { digestOf } from '../lib/digest.ts';
import { cacheErrors } from '../lib/metrics.ts';
import type { Sight } from './staleness.ts';

/** Answers in Redis, where other processes find them: in one form, the smallest there is. */

const redisKey = (key: string) => `opex:cache:${key}`;

type Header = [encoding: Encoding, etag: string, loadedAt: number, asOf: string | null, sight: Sight, isWell?: boolean];

/** Another program, or an older version of this one, may have left anything there. */
const digestLength = digestOf('').length;

/** [digest of the rest][length of header][header JSON][bytes] */
export function store(key: string, { forms, etag, loadedAt, asOf, place, sight, isWellCompressed }: Answer) {
  const encoding = forms.br ? 'br' : forms.gzip ? 'gzip' : 'identity';
  const bytes = forms[encoding];
  if (!bytes || !sight) return;
  const header = Buffer.from(
    JSON.stringify([encoding, etag, loadedAt, asOf ?? null, sight, isWellCompressed] satisfies Header),
  );
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  const whole = Buffer.concat([size, header, bytes]);
  const sealed = Buffer.concat([Buffer.from(digestOf(whole)), whole]);
  void tryRedis((redis) => redis.set(redisKey(key), sealed, 'EX', place.ttlSeconds));
}

export async function findStored(key: string, place: Place): Promise<Answer | undefined> {
  const stored = await tryRedis((redis) => redis.getBuffer(redisKey(key)));
  const answer = stored && decode(stored, place);
  if (stored && !answer) cacheErrors.inc({ kind: 'content' });
  return answer ?? undefined;
}

function decode(sealed: Buffer, place: Place): Answer | undefined {
  const stored = sealed.subarray(digestLength);
  if (sealed.toString('latin1', 0, digestLength) !== digestOf(stored)) return undefined;
  try {
    const start = 4 + stored.readUInt32LE(0);
    const [encoding, etag, loadedAt, asOf, sight, isWell = false] = JSON.parse(
      stored.toString('utf8', 4, start),
    ) as Header;
    // A tag that the stored answer does not name counts as raised since.
    const versions = Object.fromEntries(place.tags.map((tag) => [tag, sight.versions[tag] ?? -1]));
    const answer = new Answer(
      place,
      { [encoding]: stored.subarray(start) },
      { etag, loadedAt, asOf: asOf ?? undefined, sight: { versions, needs: sight.needs } },
    );
    answer.isWellCompressed = isWell;
    return answer;
  } catch {
    return undefined;
  }
}
