import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { notesFolder } from './folders.ts';

/** How the audit log is sealed where nobody has set it up: by a key, and to a file, outside of the database. */
export function sealSettings() {
  const keyFile = join(notesFolder(), 'audit-seal.key');
  if (!process.env.AUDIT_SEAL_KEYS && !existsSync(keyFile))
    writeFileSync(keyFile, randomBytes(32).toString('base64url'), { mode: 0o600 });
  return {
    AUDIT_SEAL_KEYS: process.env.AUDIT_SEAL_KEYS || readFileSync(keyFile, 'utf8').trim(),
    AUDIT_SEAL_PUBLISH: process.env.AUDIT_SEAL_PUBLISH || join(notesFolder(), publishedName(process.env.DATABASE_URL)),
  };
}

/** Each database has a file of its own: what was sealed in one is no proof of another. */
export function publishedName(databaseUrl: string | undefined): string {
  if (!databaseUrl) return 'audit-seals.jsonl';
  const { host, pathname } = new URL(databaseUrl);
  return `audit-seals-${createHash('sha256')
    .update(host + pathname)
    .digest('hex')
    .slice(0, 12)}.jsonl`;
}
