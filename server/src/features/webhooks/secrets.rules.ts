import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

/** Secrets are read to sign, so they cannot be hashed: they are encrypted with a key that the database does not hold. */
const cipher = 'aes-256-gcm';
const [nonceLength, tagLength] = [12, 16];
/** Derived, so that what the key seals elsewhere and what it encrypts here have nothing in common. */
const encryptionKey = (key: string) => Buffer.from(hkdfSync('sha256', key, '', 'opex webhook secrets 1', 32));

export const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

export function encrypt(secret: string, key: string): string {
  const nonce = randomBytes(nonceLength);
  const encrypting = createCipheriv(cipher, encryptionKey(key), nonce);
  const content = Buffer.concat([encrypting.update(secret), encrypting.final()]);
  return Buffer.concat([nonce, encrypting.getAuthTag(), content]).toString('base64');
}

/** With any of the keys: a new one is put before the old. */
export function decrypt(encrypted: string, keys: readonly string[]): string | undefined {
  const bytes = Buffer.from(encrypted, 'base64');
  for (const key of keys) {
    const decrypting = createDecipheriv(cipher, encryptionKey(key), bytes.subarray(0, nonceLength));
    decrypting.setAuthTag(bytes.subarray(nonceLength, nonceLength + tagLength));
    const content = decrypting.update(bytes.subarray(nonceLength + tagLength));
    try {
      return Buffer.concat([content, decrypting.final()]).toString();
    } catch {
      // It was encrypted with another one.
    }
  }
  return undefined;
}

/** What Standard Webhooks says of signing: libraries of receivers check it. */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}
