import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { ApiKey, ApiKeyPage, CreateApiKeyBody, ListApiKeysQuery, NewApiKey } from '@opex/contracts/api-keys';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../../lib/caller.ts';
import { currentVersions } from '../../database/tags.ts';
import { conflict, forbidden, notFound } from '../../lib/errors.ts';
import { recordSecurityEvent } from '../../lib/security-log.ts';
import { dayMs } from '../../lib/time.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { change } from '../audit/change.service.ts';
import * as sessions from '../sessions/sessions.service.ts';
import * as settings from '../settings/settings.service.ts';
import * as repository from './api-keys.repository.ts';

const hashOf = (secret: string) => Uint8Array.from(createHash('sha256').update(secret).digest());

export const listOf = ({ id }: Caller): Promise<ApiKey[]> => repository.findOfUser(id);

export const listOfEverybody = async (query: ListApiKeysQuery): Promise<ApiKeyPage> =>
  repository.findPage(query, await settings.cursorSecret());

const subjectOf = ({ id, name }: { id: number; name: string }): audit.Subject => ({ type: 'api-key', id, label: name });
const mostLiveKeys = 20;
const way = { tags: ['access' as const] };

/** A key acts as its owner, with some of the owner's permissions: never with more than the owner has now. */
export async function create(
  caller: Caller,
  { name, permissions, expiresInDays }: CreateApiKeyBody,
): Promise<NewApiKey> {
  if (!permissions.every((permission) => caller.permissions.has(permission)))
    throw forbidden('A key cannot do more than you may');
  const prefix = `opex_${randomBytes(6).toString('hex')}`;
  const key = `${prefix}_${randomBytes(32).toString('base64url')}`;
  const expiresAt = new Date(Date.now() + expiresInDays * dayMs);
  const apiKey = await change(caller, way, async (tx) => {
    if ((await repository.countLive(caller.id, tx)) >= mostLiveKeys)
      throw conflict(`You have ${mostLiveKeys} API keys already; revoke one that is not used any more`);
    const created = await repository.insert(
      { prefix, secretHash: hashOf(key), name, userId: caller.id, permissions, expiresAt },
      tx,
    );
    const changes = audit.differences({}, { permissions: permissions.join(', '), expiresAt: created.expiresAt });
    return { answer: created, entries: { action: 'api-key.created', subject: subjectOf(created), changes } };
  });
  recordSecurityEvent({ event: 'authn_token_created', ...whose(caller), details: { key: prefix } });
  return { ...apiKey, key };
}

export const revoke = (caller: Caller, id: number) => revokeSome(caller, { id, userId: caller.id });
export const revokeOfAnybody = (caller: Caller, id: number) => revokeSome(caller, { id });

async function revokeSome(caller: Caller, keys: { id: number; userId?: number }) {
  await change(caller, way, async (tx) => {
    const revoked = await repository.revoke(keys, tx);
    if (revoked.length === 0) throw notFound('API key');
    return { answer: undefined, entries: revoked.map(entryOf) };
  });
  recordSecurityEvent({ event: 'authn_token_revoked', ...whose(caller), details: { key: keys.id } });
}

/** With the password of an owner who asks for it: part of that change, which raises `access` and keeps these entries. */
export const revokeAllOf = async ({ id }: Caller, tx: Transaction): Promise<audit.Recorded[]> =>
  (await repository.revoke({ userId: id }, tx)).map(entryOf);

const whose = ({ id, email }: Pick<Caller, 'id' | 'email'>) => ({ userId: id, subject: email });

const entryOf = (key: repository.Revoked): audit.Recorded => ({
  action: 'api-key.revoked',
  subject: subjectOf(key),
  changes: { owner: { from: key.owner, to: null } },
});

/** Once for each hour, key and address; how often is counted. */
const noteUsed = (caller: Caller, prefix: string) =>
  recordSecurityEvent({ event: 'apikey_used', userId: caller.id, subject: prefix, details: { owner: caller.email } });

type Known = { caller: Caller; id: number; prefix: string; expiresAt: number; accessVersion: number };
const known = new LRUCache<string, Known>({ max: 2_000 });
const used = new Set<number>();

const digestOf = (key: string) => Buffer.from(hashOf(key));

/** What this process knows of a key that is good; PostgreSQL is the truth behind it. */
export function remembered(key: string): Known | undefined {
  const found = known.get(digestOf(key).toString('base64'));
  if (!found || found.accessVersion !== currentVersions()?.['access'] || found.expiresAt <= Date.now())
    return undefined;
  return found;
}

export async function find(key: string): Promise<Caller | undefined> {
  const at = remembered(key);
  if (at) {
    used.add(at.id);
    noteUsed(at.caller, at.prefix);
    return at.caller;
  }

  const digest = digestOf(key);
  const accessVersion = currentVersions()?.['access'] ?? -1;
  const prefix = /^(opex_[0-9a-f]{12})_/.exec(key)?.[1];
  const stored = prefix ? await repository.findByPrefix(prefix) : null;
  if (
    !prefix ||
    !stored ||
    stored.revokedAt ||
    stored.expiresAt <= new Date() ||
    !timingSafeEqual(Buffer.from(stored.secretHash), digest)
  )
    return undefined;
  const caller = await sessions.callerOfKey(stored.userId, stored.permissions);
  if (!caller) return undefined;
  noteUsed(caller, prefix);
  known.set(digest.toString('base64'), {
    caller,
    id: stored.id,
    prefix,
    expiresAt: stored.expiresAt.getTime(),
    accessVersion,
  });
  used.add(stored.id);
  return caller;
}

/** Use is written in batches, and no request waits for it. What cannot be written now is kept for the next time. */
export async function flushActivity() {
  const ids = [...used];
  if (ids.length > 0) await repository.touch(ids);
  for (const id of ids) used.delete(id);
}
