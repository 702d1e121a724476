import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEasilyGuessed } from '../../lib/passwords/password-strength.ts';
import { networkOf } from '../../lib/networks.ts';
import { contains, counterOf, ownWords, waitSeconds, waitsOf, withOnePlace, withStrangers } from './passwords.rules.ts';

describe('waiting after failures', () => {
  test.each([
    [1, 0],
    [4, 0],
    [5, 2],
    [6, 4],
    [7, 8],
    [13, 512],
    [14, 900],
    [1_000_000, 900],
  ])('after %i failures it is %i seconds', (failures, seconds) => {
    expect(waitSeconds(failures, withOnePlace)).toBe(seconds);
  });

  test.each([withOnePlace, withStrangers])('never gets shorter and never passes the longest: %o', (patience) => {
    const waits = waitsOf(patience);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (attempts) => {
        const wait = waitSeconds(attempts, patience);
        expect(waitSeconds(attempts + 1, patience)).toBeGreaterThanOrEqual(wait);
        expect(wait).toBeLessThanOrEqual(patience.longestWaitSeconds);
        expect(waits[Math.min(attempts, waits.length) - 1]).toBe(wait);
      }),
    );
  });

  test.each([
    ['203.0.113.7', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.0/24'],
    ['::FFFF:CB00:7107', '203.0.113.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8::/64'],
    ['2001:0DB8:0:0:ffff::1', '2001:db8::/64'],
    ['::1', '::/64'],
    ['', ''],
  ])('%s is of the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('counts accounts, names and networks apart, and the number of an account is not a name', () => {
    const keys = [
      counterOf({ id: 7 }),
      counterOf({ id: 7 }, 'a'),
      counterOf({ id: 8 }, 'a'),
      counterOf({ nameKey: '7' }),
    ];
    expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(keys.length);
    expect(counterOf({ id: 7 }, 'a')).toEqual(keys[1]);
  });
});

describe('weak passwords', () => {
  const words = ownWords('Asha Rao', 'asha.rao@finance.acme.example', 'https://opex.acmecorp.example:8443');

  test('the account’s own words are those of its name, its e-mail address and the company', () => {
    expect(words).toEqual(expect.arrayContaining(['asha', 'rao', 'asha.rao', 'acme', 'acmecorp', 'opex', 'asha rao']));
    expect(words).not.toEqual(expect.arrayContaining(['https']));
    expect(contains('the first administrator', ownWords('', 'admin@example.com', ''))).toBe(false);
  });

  test.each(['xx-asha.rao-2026', 'ASHA likes long walks', 'we at Acmecorp are many', 'ａｓｈａ full width letters'])(
    '%s contains one of them',
    (password) => {
      expect(contains(password, words)).toBe(true);
    },
  );

  test.each([
    'password1234',
    'PassWord1234',
    'Password123!',
    'Welcome@2026',
    'Welcome@12345',
    'Summer2026!!',
    'January@2026',
    'Admin@123456',
    'Qwerty@12345',
    'India@123456',
    'Mumbai@12345',
    'P@ssw0rd@123',
    'Monsoon2026!',
    'Asha@2026!!!',
    'Acme@2026!!!',
    'aaaaaaaaaaaaaaaa',
    'abcabcabcabcabc',
    '123456789012',
    'qwertyuiop123',
    'changemechangeme',
    'correct horse battery staple',
    'CorrectHorseBatteryStaple',
    'To be or not to be 1',
    'the quick brown fox',
    'p@$$w0rd'.repeat(30),
  ])('%s would be guessed', async (password) => {
    expect(await isEasilyGuessed(password, words)).toBe(true);
  });

  test.each([
    'purple kettle monsoon ledger',
    'kY7!q_vbn0-Zp',
    'ein ganz langer Satz',
    'the next long password',
    'सुरक्षित पासवर्ड है',
    Array.from({ length: 256 }, (_, index) => String.fromCharCode(33 + ((index * 37) % 90))).join(''),
  ])('%s would not', async (password) => {
    expect(contains(password, words)).toBe(false);
    expect(await isEasilyGuessed(password, words)).toBe(false);
  });
});
