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
export const secretFiles = [
  ...passwords,
  'redis_password',
  'redis_sentinel_password',
  'redis_users.acl',
  'tls.crt',
  'tls.key',
  'smtp_url',
];

/**
 * Writes the secrets of a new installation into a folder that only its owner can enter. The files themselves can be read by
 * all, because each container reads them as another user. What is there stays, so a second run adds what is missing.
 */
export async function run([folder, host = 'localhost', ...more]: string[]) {
  if (!folder || more.length > 0) throw new Error('Use: secrets <folder> [<host name of the certificate>]');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of passwords) writeGroup(folder, { [name]: random() });
  const [redis, sentinel] = [random(), random()];
  writeGroup(folder, {
    redis_password: redis,
    redis_sentinel_password: sentinel,
    'redis_users.acl': redisUsers(redis, sentinel),
  });
  const { certificate, key } = await selfSigned(host);
  writeGroup(folder, { smtp_url: '' }); // whoever has a mail server writes it down here
  writeGroup(folder, { 'tls.crt': certificate, 'tls.key': key });
}

/** A certificate belongs to its key: what belongs together is written together, or left as it is. */
function writeGroup(folder: string, group: Record<string, string>) {
  const files = Object.keys(group).map((name) => join(folder, name));
  if (files.every((file) => existsSync(file))) return;
  for (const [name, content] of Object.entries(group)) writeFileSync(join(folder, name), content, { mode: 0o644 });
  process.stdout.write(`Wrote ${files.join(', ')}\n`);
}

/**
 * The service reads and writes keys, and nothing else; who checks the health of Redis may only ask whether it is there. Sentinels say
 * who follows whom, and one Redis follows another under their name.
 */
const redisUsers = (password: string, sentinel: string) => `user default off
user health on nopass +ping
user opex on #${digest(password)} ~* &* +@all -@admin -@dangerous +info
user sentinel on #${digest(sentinel)} &* +ping +info +role +multi +exec +slaveof +publish +subscribe +config|rewrite +client|setname +client|kill +script|kill +psync +replconf
`;
const digest = (password: string) => createHash('sha256').update(password).digest('hex');
