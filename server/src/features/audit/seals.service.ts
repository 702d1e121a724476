import { appendFile, readFile } from 'node:fs/promises';
import { config } from '../../config.ts';
import { logger } from '../../lib/logger.ts';
import { chainFailures, sealFailures } from '../../lib/metrics.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as repository from './seals.repository.ts';
import { type Finding, keysOf, readPublished, type Seal, SealCheck, sealEnd } from './seals.rules.ts';

const batch = 5_000;

const keys = keysOf(config.AUDIT_SEAL_KEYS ?? '');
export { keys as sealKeys };
const target = config.AUDIT_SEAL_PUBLISH;
const isUrl = target !== undefined && /^https?:/.test(target);

/** The last seal that this process has made or found good. If it is gone or changed later, the log was tampered with. */
let known: Seal | undefined;
let publishedNumber = 0;

/** Warns the operator of what the log cannot prove as the service is set up. */
export async function warnOfGaps(): Promise<void> {
  if (await repository.mayRewrite())
    logger.warn(
      'Rewriting the audit log is not prevented: the role of DATABASE_URL owns it or may change it. ' +
        'Migrate as the owner by MIGRATION_DATABASE_URL, and give the service a role of its own',
    );
  if (keys.length === 0) logger.warn('The audit log is not sealed: AUDIT_SEAL_KEYS is not set');
}

export async function lastSealAt(): Promise<Date | undefined> {
  const last = await repository.findLastSeal();
  return last && new Date(last.at);
}

/** Seals the chain as far as it goes. What fails waits for the next time. */
export async function seal(): Promise<void> {
  const [key] = keys;
  if (key === undefined) return;
  try {
    const last = await repository.findLastSeal();
    refuseToCoverUp(last, known && (await repository.findSealsAfter(known.number - 1, 1))[0]);
    const end = await repository.findEnd();
    known = last;
    if (!end || end.entryId === (last?.entryId ?? 0)) return;
    const next = sealEnd(key, end, last);
    if (await inTransaction([], (tx) => repository.insertSeal(next, tx))) known = next;
  } catch (error) {
    sealFailures.inc({ step: 'seal' });
    logger.error('The audit log was not sealed', { error });
  }
}

/** Sealing a rewritten log would make it look sound. */
function refuseToCoverUp(last: (Seal & { hashNow: string | null }) | undefined, knownNow: Seal | undefined) {
  if (known && knownNow?.seal !== known.seal) throw broken(`Seal ${known.number} is gone or another one`);
  if (last && last.hashNow !== last.entryHash)
    throw broken(`Entry ${last.entryId} or one before it was rewritten after it was sealed`);
}

function broken(message: string) {
  chainFailures.inc();
  return new Error(message);
}

/** Writes the last seal to a place where a forger with rights on the database cannot change it. */
export async function publish(): Promise<void> {
  if (target === undefined) return;
  try {
    const last = await repository.findLastSeal();
    if (!last || last.number === publishedNumber) return;
    const { hashNow: _, ...told } = last;
    const line = JSON.stringify(told);
    if (isUrl) await post(target, line);
    else await appendFile(target, `${line}\n`, { mode: 0o600 });
    publishedNumber = last.number;
  } catch (error) {
    sealFailures.inc({ step: 'publish' });
    logger.error('The last seal of the audit log was not published', { error });
  }
}

async function post(url: string, body: string) {
  const signal = AbortSignal.timeout(5_000);
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, signal });
  if (!answer.ok) throw new Error(`It answered ${answer.status}`);
}

export async function sealAndPublish(): Promise<void> {
  await seal();
  await publish();
}

type Verdict = { finding: Finding | undefined; sealedThrough: number | null; publishedThrough: number | null };

/** Checks all seals against the entries and the keys, and the seals that were published to a file against all seals. */
export async function check(): Promise<Verdict> {
  const published = await readOutside();
  const seals = new SealCheck(keys, published);
  let finding: Finding | undefined;
  for (let after = 0; finding === undefined;) {
    const found = await repository.findSealsAfter(after, batch);
    if (found.length === 0) break;
    finding = seals.add(found);
    after = found.at(-1)?.number ?? after;
  }
  finding ??= seals.end();
  return {
    finding,
    sealedThrough: seals.unchecked > 0 || keys.length === 0 ? null : (seals.last?.entryId ?? null),
    publishedThrough: published.at(-1)?.entryId ?? null,
  };
}

async function readOutside(): Promise<Seal[]> {
  if (target === undefined || isUrl) return [];
  return readPublished(await readFile(target, 'utf8').catch(() => ''));
}
