import { expect, test } from 'vitest';
import { decrypt, encrypt, newSecret, signatureOf } from './secrets.rules.ts';

const key = 'a key of at least thirty-two characters';
const other = 'another key of at least thirty-two characters';

test('a secret is read with the key that encrypted it, wherever that stands, and with no other', () => {
  const secret = newSecret();
  const encrypted = encrypt(secret, key);
  expect(encrypted).not.toContain(secret.slice(6, 20));
  expect(encrypt(secret, key)).not.toBe(encrypted);
  expect(decrypt(encrypted, [other, key])).toBe(secret);
  expect(decrypt(encrypted, [other])).toBeUndefined();
});

test('a secret that was changed is not read', () => {
  const bytes = Buffer.from(encrypt(newSecret(), key), 'base64');
  bytes[bytes.length - 1]! ^= 1;
  expect(decrypt(bytes.toString('base64'), [key])).toBeUndefined();
});

test('signatures are those of Standard Webhooks', () => {
  // The example of its specification.
  const body = '{"test": 2432232314}';
  expect(
    signatureOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, body),
  ).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});
