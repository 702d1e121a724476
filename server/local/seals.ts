import { randomBytes } from 'node:crypto';
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
    AUDIT_SEAL_PUBLISH: process.env.AUDIT_SEAL_PUBLISH || join(notesFolder(), 'audit-seals.jsonl'),
  };
}
