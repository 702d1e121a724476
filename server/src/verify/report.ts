import { existsSync, readFileSync } from 'node:fs';
import { keysOf, readPublished } from '../features/audit/seals.rules.ts';
import { verify } from './verify.ts';

type SealSettings = { AUDIT_SEAL_KEYS?: string | undefined; AUDIT_SEAL_PUBLISH?: string | undefined };

/** A seal has its time before it is committed, by so much at most. */
const sealedWithinMs = 10_000;

/** Says of each invariant whether it holds; whether all do. A database as it was earlier holds what was sealed until then. */
export async function reportOn(
  connectionString: string,
  { AUDIT_SEAL_KEYS = '', AUDIT_SEAL_PUBLISH = '' }: SealSettings,
  say: (line: string) => void,
  until?: Date,
): Promise<boolean> {
  const isFile = !/^https?:/.test(AUDIT_SEAL_PUBLISH) && existsSync(AUDIT_SEAL_PUBLISH);
  const verdicts = await verify(connectionString, {
    keys: keysOf(AUDIT_SEAL_KEYS),
    published: isFile ? publishedUntil(AUDIT_SEAL_PUBLISH, until) : [],
  });
  for (const { name, ok, firstOffender, unknown } of verdicts) {
    if (unknown !== undefined) say(`note    ${name}: ${unknown}`);
    else say(ok ? `ok      ${name}` : `BROKEN  ${name}: ${firstOffender}`);
  }
  if (!isFile)
    say('note    no published seals were at hand: who owns the database and has the key could have rewritten all');
  return verdicts.every(({ ok }) => ok);
}

const publishedUntil = (file: string, until: Date | undefined) =>
  readPublished(readFileSync(file, 'utf8')).filter(({ at }) => !until || at < until.getTime() - sealedWithinMs);
