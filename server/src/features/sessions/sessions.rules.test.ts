import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkOf, throttleKey, waitSeconds, weakness } from './sessions.rules.ts';

const same = (a: Uint8Array, b: Uint8Array) => Buffer.from(a).equals(Buffer.from(b));

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
    expect(waitSeconds(failures)).toBe(seconds);
  });

  test('never gets shorter and never passes a quarter of an hour', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), (failures) => {
        expect(waitSeconds(failures + 1)).toBeGreaterThanOrEqual(waitSeconds(failures));
        expect(waitSeconds(failures)).toBeLessThanOrEqual(900);
      }),
    );
  });

  test.each([
    ['203.0.113.7', '203.0.113'],
    ['::ffff:203.0.113.7', '203.0.113'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ])('%s is of the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('counts neighbours of a network and spellings of an address as one, and other networks apart', () => {
    const key = throttleKey('Asha@Example.com', '203.0.113.7');
    expect(same(key, throttleKey(' asha@example.com ', '203.0.113.99'))).toBe(true);
    expect(same(key, throttleKey('asha@example.com', '203.0.114.7'))).toBe(false);
    expect(same(key, throttleKey('ravi@example.com', '203.0.113.7'))).toBe(false);
  });
});

describe('weak passwords', () => {
  test.each(['password1234', 'PassWord1234', 'aaaaaaaaaaaaaaaa', 'abcabcabcabcabc', 'xx-asha.rao-2026'])(
    '%s would be guessed',
    (password) => {
      expect(weakness(password, 'asha.rao@example.com')).toMatch(/password/i);
    },
  );

  test.each(['correct horse battery staple', 'kY7!q_vbn0-Zp', 'ein ganz langer Satz'])('%s would not', (password) => {
    expect(weakness(password, 'asha.rao@example.com')).toBeUndefined();
  });
});
