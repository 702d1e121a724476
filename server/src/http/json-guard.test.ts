import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardJson } from './json-guard.ts';

const accepts = (text: string) => {
  try {
    guardJson(Buffer.from(text));
    return true;
  } catch (error) {
    expect(error).toMatchObject({ status: 400 });
    return false;
  }
};

test('lets every JSON value pass that names no field twice', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 8 }), fc.nat(4), (text, indent) => {
      expect(accepts(text)).toBe(true);
      expect(accepts(JSON.stringify(JSON.parse(text), undefined, indent))).toBe(true);
    }),
  );
});

test('refuses a field that is named twice, wherever and however it is written', () => {
  const escape = (key: string) =>
    `"${Array.from({ length: key.length }, (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`;
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ maxDepth: 3 }),
      fc.boolean(),
      fc.nat(5),
      (key, value, disguised, depth) => {
        const second = disguised ? escape(key) : JSON.stringify(key);
        const object = `{${JSON.stringify(key)} : ${JSON.stringify(value)}, ${second}:1}`;
        expect(accepts('[{"a":'.repeat(depth) + object + '}]'.repeat(depth))).toBe(false);
      },
    ),
  );
});

test('reads or refuses any bytes, and fails at none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void accepts(Buffer.from(bytes).toString('latin1'))),
  );
});
