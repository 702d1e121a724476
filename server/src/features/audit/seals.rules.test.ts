import { describe, expect, test } from 'vitest';
import { type CheckedSeal, idOf, keysOf, readPublished, type Seal, SealCheck, sealEnd } from './seals.rules.ts';

const [oldKey, newKey] = ['old'.repeat(12), 'new'.repeat(12)];
const hashOf = (entryId: number) => entryId.toString(16).padStart(64, '0');

/** Seals of the entries 10, 20, 30 ..., each with its key. */
function sealed(...keys: string[]): CheckedSeal[] {
  const seals: Seal[] = [];
  for (const [index, key] of keys.entries())
    seals.push(sealEnd(key, { entryId: 10 * (index + 1), entryHash: hashOf(10 * (index + 1)) }, seals.at(-1)));
  return seals.map((seal) => ({ ...seal, hashNow: seal.entryHash }));
}

function check(seals: CheckedSeal[], keys: string[], published: Seal[] = []) {
  const seen = new SealCheck(keys, published);
  return { finding: seen.add(seals) ?? seen.end(), unchecked: seen.unchecked, through: seen.last?.entryId };
}

test('keys come separated by commas, and are known by the begin of their hash', () => {
  expect(keysOf(` ${newKey} , ${oldKey},`)).toEqual([newKey, oldKey]);
  expect(idOf(newKey)).toMatch(/^[0-9a-f]{12}$/);
  expect(idOf(newKey)).not.toBe(idOf(oldKey));
});

describe('seals', () => {
  test('hold while a new key takes over from an old one', () => {
    const seals = sealed(oldKey, oldKey, newKey, newKey);
    expect(check(seals, [newKey, oldKey])).toEqual({ finding: undefined, unchecked: 0, through: 40 });
    expect(check(seals, [newKey])).toMatchObject({ finding: undefined, unchecked: 0 });
  });

  test('cannot be checked without any key, and must end with one that is at hand', () => {
    const seals = sealed(oldKey, newKey, newKey);
    expect(check(seals, [])).toMatchObject({ finding: undefined, unchecked: 3 });
    expect(check(seals, [oldKey]).finding).toMatchObject({ entryId: 11, reason: expect.stringMatching(/not at hand/) });
    // By somebody who says of every seal that it is of another key.
    const disowned = seals.map((seal) => ({ ...seal, keyId: 'f'.repeat(12), seal: '0'.repeat(64) }));
    expect(check(disowned, [newKey, oldKey]).finding).toMatchObject({ entryId: 1 });
    expect(check([...disowned.slice(0, 2), seals[2]!], [newKey]).finding).toMatchObject({
      reason: expect.stringMatching(/not made with the key/),
    });
  });

  test.each<[string, (seals: CheckedSeal[]) => CheckedSeal[], number, RegExp]>([
    [
      'an entry that has another hash now',
      ([a, b, c]) => [a!, { ...b!, hashNow: hashOf(99) }, c!],
      11,
      /rewritten after it was sealed/,
    ],
    ['an entry that is gone', ([a, b, c]) => [a!, b!, { ...c!, hashNow: null }], 21, /rewritten after it was sealed/],
    [
      'a seal changed with its entry',
      ([a, b, c]) => [a!, { ...b!, entryHash: hashOf(99), hashNow: hashOf(99) }, c!],
      11,
      /not made with the key/,
    ],
    ['a seal of another time', ([a, ...rest]) => [{ ...a!, at: a!.at - 1 }, ...rest], 1, /not made with the key/],
    ['a seal taken out', ([a, , c]) => [a!, c!], 11, /missing/],
    [
      'a seal taken out, and the next one renumbered',
      ([a, , c]) => [a!, { ...c!, number: 2 }],
      11,
      /not made with the key/,
    ],
    [
      'a seal by somebody without the key',
      ([a, b]) => [a!, { ...b!, seal: 'ab'.repeat(32) }],
      11,
      /not made with the key/,
    ],
  ])('find %s', (_what, change, entryId, reason) => {
    const { finding } = check(change(sealed(newKey, newKey, newKey)), [newKey]);
    expect(finding).toMatchObject({ entryId, reason: expect.stringMatching(reason) });
  });

  test('that were published must still be there, and be the same', () => {
    const seals = sealed(newKey, newKey, newKey);
    const published = readPublished(`${JSON.stringify(seals[0])}\n\n${JSON.stringify(seals[2])}\n`);
    expect(check(seals, [newKey], published).finding).toBeUndefined();
    expect(check(seals.slice(0, 2), [newKey], published).finding).toMatchObject({
      entryId: 21,
      reason: expect.stringMatching(/missing/),
    });
    expect(check([], [newKey], published).finding).toMatchObject({ entryId: 1 });
    // By somebody who has the key: sound in itself, and not what was published.
    const another = sealed(newKey, newKey, newKey).map((seal) => ({ ...seal }));
    const forged = [
      { ...sealEnd(newKey, { entryId: 10, entryHash: hashOf(11) }, undefined), hashNow: hashOf(11) },
      ...another.slice(1),
    ];
    expect(check(forged, [newKey], published).finding).toMatchObject({
      entryId: 1,
      reason: expect.stringMatching(/published/),
    });
  });
});
