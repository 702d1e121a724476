import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escaped, unescaped } from './escaped.ts';
import { asInert, asMeant } from './inert.ts';

/** Any sixteen bits, and those that mean something here, more often than chance would bring them. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[_x0-9AF\u0001\ud800&<]*$/),
  fc.stringMatching(/^['=+\-@\t\r\n ＝a]*$/),
);

describe('in XML', () => {
  test.each([
    ['a < b & "c"', 'a &lt; b &amp; &quot;c&quot;'],
    ['line\r\nfeed\ttab', 'line_x000D_\nfeed\ttab'],
    ['bell\u0007', 'bell_x0007_'],
    ['_x0041_', '_x005F_x0041_'],
    ['_x0041\u0001', '_x005F_x0041_x0001_'],
    ['half \ud83d of 😀', 'half _xD83D_ of 😀'],
  ])('%j is %s', (text, written) => {
    expect(escaped(text)).toBe(written);
  });

  test('every text comes back', () => {
    const read = (xml: string) =>
      unescaped(
        xml.replace(/&(lt|gt|amp|quot);/g, (_, name) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name as 'lt']),
      );
    fc.assert(
      fc.property(
        texts,
        (text) => read(escaped(text)) === text && !/[\0-\x08\x0b-\x1f\ufffe\uffff]/.test(escaped(text)),
      ),
    );
  });
});

describe('in CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-5', "'-5"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\ttab', "'\ttab"],
    ['\rreturn', "'\rreturn"],
    ['\nfeed', "'\nfeed"],
    ['  =1', "'  =1"],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ['a=1', 'a=1'],
    ["it's", "it's"],
    ["'quoted'", "'quoted'"],
  ])('%j is %j', (text, inert) => {
    expect(asInert(text)).toBe(inert);
  });

  test('every text comes back, and none begins like a formula', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(asMeant(asInert(text))).toBe(text);
        expect(asInert(text)).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
      }),
    );
  });
});
