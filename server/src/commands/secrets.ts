import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { selfSigned } from '../lib/self-signed.ts';

const random = () => randomBytes(32).toString('base64url');
const passwords = [
  'superuser_password',
  'database_password',
  'migration_database_password',
  'replication_password',
  'audit_seal_keys',
  'admin_password',
];
/** What compose mounts. */
export const secretFiles = [...passwords, 'redis_password', 'redis_users.acl', 'tls.crt', 'tls.key'];

/**
 * Writes the secrets of a new installation into a folder that only its owner can enter. The files themselves can be read by
 * all, because each container reads them as another user. What is there stays, so a second run adds what is missing.
 */
export async function run([folder, host = 'localhost', ...more]: string[]) {
  if (!folder || more.length > 0) throw new Error('Use: secrets <folder> [<host name of the certificate>]');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of passwords) writeGroup(folder, { [name]: random() });
  const redis = random();
  writeGroup(folder, { redis_password: redis, 'redis_users.acl': redisUsers(redis) });
  const { certificate, key } = await selfSigned(host);
  writeGroup(folder, { 'tls.crt': certificate, 'tls.key': key });
}

/** A certificate belongs to its key: what belongs together is written together, or left as it is. */
function writeGroup(folder: string, group: Record<string, string>) {
  const files = Object.keys(group).map((name) => join(folder, name));
  if (files.every((file) => existsSync(file))) return;
  for (const [name, content] of Object.entries(group)) writeFileSync(join(folder, name), content, { mode: 0o644 });
  process.stdout.write(`Wrote ${files.join(', ')}\n`);
}

/** The service reads and writes keys, and nothing else; who checks the health of Redis may only ask whether it is there. */
const redisUsers = (password: string) => `user default off
user health on nopass +ping
user opex on #${createHash('sha256').update(password).digest('hex')} ~* &* +@all -@admin -@dangerous +info
`;
