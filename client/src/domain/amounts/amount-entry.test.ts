import { expect, test } from 'vitest';
import { amountLimit } from '@opex/contracts/common';
import { amountText, parseAmount } from './amount-entry.ts';

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
  ['INR1,200', '1200.00'],
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
  ['999999999999.99', '999999999999.99'],
  ['123456789012.45', '123456789012.45'],
];
test.each(understood)('%j is %j', (text, amount, old) => {
  expect(parseAmount(text, { old: old ?? null })).toEqual({ ok: true, value: amount });
});

const refused: [text: string, words: RegExp, old?: string][] = [
  ['abc', /not an amount/],
  ['1.2.3', /not an amount/],
  ['1,2', /use a point/],
  ['12,345,67,890', /use a point/],
  ['12 dozen', /not a unit/],
  ['5%', /\+5%/],
  ['+5%', /no amount here yet/],
  ['=1/0', /zero/],
  ['=(1+2', /bracket/],
  ['=1+', /not finished/],
  ['=', /not finished/],
  ['=1 2', /does not belong/],
  ['=alert(1)', /does not belong/],
  [amountLimit, /below 1,000,000,000,000 \(1 lakh crore\)/],
  ['-1000000cr', /below/],
  ['=2L*3L', /no amount/],
  ['=5/2L', /no amount/],
  ['2026-03-31', /not an amount/],
];
test.each(refused)('%j is refused in words', (text, words, old) => {
  const entered = parseAmount(text, { old: old ?? null });
  expect(entered.ok ? entered : entered.message).toMatch(words);
});

const inLakh: [text: string, amount: string | null, old?: string][] = [
  ['24', '2400000.00'],
  ['23.2745678', '2327456.78'],
  ['1,200', '120000000.00'],
  ['-1.5', '-150000.00'],
  ['(1.5)', '-150000.00'],
  ['.01', '1000.00'],
  ['0', '0.00'],
  ['-', '0.00'],
  ['', null],
  ['24L', '2400000.00'],
  ['1.2cr', '12000000.00'],
  ['500k', '500000.00'],
  ['₹ 24,00,000', '2400000.00'],
  ['Rs. 1200', '1200.00'],
  ['INR 1,200.50', '1200.50'],
  ['=240/12', '2000000.00'],
  ['=2*(3+4)-1', '1300000.00'],
  ['=12L/12', '100000.00'],
  ['=12L+3', '1500000.00'],
  ['=3-12L', '-900000.00'],
  ['=12L/4L', '300000.00'],
  ['=24*10%', '240000.00'],
  ['=₹1200000/12', '100000.00'],
  ['+5%', '105000.00', '100000.00'],
];
test.each(inLakh)('where amounts are shown in lakh, %j is %j', (text, amount, old) => {
  expect(parseAmount(text, { power: 5, old: old ?? null })).toEqual({ ok: true, value: amount });
});

test.each([
  ['2327456.78', 5, '23.2745678'],
  ['2327456.78', 7, '0.232745678'],
  ['2327456.78', 0, '2327456.78'],
  ['-0.01', 7, '-0.000000001'],
  ['999999999999.99', 7, '99999.999999999'],
  ['2400000.00', 5, '24'],
  [null, 5, ''],
  ['5,6', 5, '5,6'],
])('%j is edited in 10^%i as %j, and read again as it was', (amount, power, text) => {
  expect(amountText(amount, power)).toBe(text);
  if (amount?.includes('.')) expect(parseAmount(text, { power })).toEqual({ ok: true, value: amount });
});
