import { existsSync, readFileSync } from 'node:fs';
import { withClient } from '../database/with-client.ts';
import { wordsOf } from '../lib/errors.ts';
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

/** The same of the living database, which keeps the result for the page Operations and the metrics. */
export async function reportAndKeep(connectionString: string, settings: SealSettings, say: (line: string) => void) {
  const broken: string[] = [];
  const isSound = await reportOn(connectionString, settings, (line) => {
    if (line.startsWith('BROKEN')) broken.push(line.replace(/^BROKEN\s+/, ''));
    say(line);
  });
  const text = 'INSERT INTO verifications (at, broken, words) VALUES (clock_timestamp(), $1, $2)';
  await withClient(connectionString, (client) => client.query(text, [broken.length, broken[0] ?? ''])).catch(
    (error: unknown) => say(`note    the result was not kept: ${wordsOf(error)}`),
  );
  return isSound;
}

const publishedUntil = (file: string, until: Date | undefined) =>
  readPublished(readFileSync(file, 'utf8')).filter(({ at }) => !until || at < until.getTime() - sealedWithinMs);
