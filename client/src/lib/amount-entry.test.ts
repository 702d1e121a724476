import { expect, test } from 'vitest';
import { parseAmount } from './amount-entry.ts';

const understood: [text: string, amount: string | null, old?: string][] = [
  ['', null],
  ['   ', null],
  ['0', '0.00'],
  ['-', '0.00'],
  ['-0', '0.00'],
  ['120000', '120000.00'],
  ['1,20,000', '120000.00'],
  ['120,000.5', '120000.50'],
  ['12,34,56,789.01', '123456789.01'],
  ["1'200'000", '1200000.00'],
  ['.5', '0.50'],
  ['(500)', '-500.00'],
  ['-500', '-500.00'],
  ['\u2212500', '-500.00'],
  ['₹ 1,200', '1200.00'],
  ['Rs. 1,200', '1200.00'],
  ['12L', '1200000.00'],
  ['12.5 lakh', '1250000.00'],
  ['1.2cr', '12000000.00'],
  ['1.2 Cr', '12000000.00'],
  ['(2.5L)', '-250000.00'],
  ['3k', '3000.00'],
  ['1.5m', '1500000.00'],
  ['=120000/12', '10000.00'],
  ['=100/3', '33.33'],
  ['=100/3*3', '100.00'],
  ['=2*(3+4)-1', '13.00'],
  ['=12L/12', '100000.00'],
  ['=1,20,000*10%', '12000.00'],
  ['=-5+10', '5.00'],
  ['=0.1+0.2', '0.30'],
  ['12.345', '12.35'],
  ['+5%', '105000.00', '100000.00'],
  ['-2.5%', '97500.00', '100000.00'],
  ['+5 %', '-105.00', '-100.00'],
  ['99999999999999.99', '99999999999999.99'],
  ['1234567890123.45', '1234567890123.45'],
];
test.each(understood)('%j is %j', (text, amount, old) => {
  expect(parseAmount(text, old ?? null)).toEqual({ ok: true, value: amount });
});

const refused: [text: string, words: RegExp, old?: string][] = [
  ['abc', /not an amount/],
  ['1.2.3', /not an amount/],
  ['1,2', /use a point/],
  ['12 dozen', /not a unit/],
  ['5%', /\+5%/],
  ['+5%', /no amount here yet/],
  ['=1/0', /zero/],
  ['=(1+2', /bracket/],
  ['=1+', /not finished/],
  ['=', /not finished/],
  ['=1 2', /does not belong/],
  ['=alert(1)', /does not belong/],
  ['100000000000000', /more than can be kept/],
  ['2026-03-31', /not an amount/],
];
test.each(refused)('%j is refused in words', (text, words, old) => {
  const entered = parseAmount(text, old ?? null);
  expect(entered.ok ? entered : entered.message).toMatch(words);
});
