import { expect, test } from 'vitest';
import { doubtAbout, likelierReading, type Compared, type Known } from './doubtful-amount.ts';

const now = (amount: string | null): Known => ({ when: 'now', amount });
const before = (amount: string | null): Known => ({ when: 'the month before', amount });
const lastYear = (amount: string | null): Known => ({ when: 'last year', amount });

test.each<[what: string, Compared]>([
  ['near what it was', { amount: '2400000.00', known: [now('2327456.78')] }],
  ['not quite a hundred times as much', { amount: '9999.99', known: [now('100.00')] }],
  ['not quite a hundred times less', { amount: '1.01', known: [now('-100.00'), before('5.00')] }],
  ['the first amount of all', { amount: '2400000.00', known: [now(null), before(null)] }],
  ['near what it was, far off its neighbours', { amount: '24.00', known: [now('23.00'), before('2400000.00')] }],
  ['in the place of a zero, near its neighbour', { amount: '24.00', known: [now('0.00'), before('23.00')] }],
  ['emptied', { amount: null, known: [now('2327456.78')] }],
  ['made zero', { amount: '0.00', known: [now('2327456.78')] }],
  ['negative as before', { amount: '-50.00', known: [now('-40.00')] }],
  ['negative as last year', { amount: '-50.00', known: [now('40.00'), lastYear('-40.00')] }],
])('an amount %s is taken', (_, compared) => {
  expect(doubtAbout(compared)).toBeNull();
});

test.each<[what: string, Compared, doubt: object]>([
  ['a hundred times as much', { amount: '10000.00', known: [now('100.00')] }, { times: '100', isMore: true }],
  ['a hundred times less', { amount: '1.00', known: [now('100.00')] }, { times: '100', isMore: false }],
  ['rupees for lakh', { amount: '24.00', known: [now('2400000.00')] }, { times: '100000', isMore: false }],
  ['far off its neighbour', { amount: '1.00', known: [now(null), before('500.00')] }, { than: before('500.00') }],
  ['far off last year', { amount: '900.00', known: [now('0.00'), before(null), lastYear('9.00')] }, { isMore: true }],
  ['negative as never', { amount: '-50.00', known: [now('40.00')] }, { kind: 'sign', isNegative: true }],
  ['negative from the start', { amount: '-50.00', known: [] }, { kind: 'sign', isNegative: true }],
  ['positive as never', { amount: '50.00', known: [now('-40.00')] }, { kind: 'sign', isNegative: false }],
])('an amount %s is asked about', (_, compared, doubt) => {
  expect(doubtAbout(compared)).toMatchObject(doubt);
});

const cells = (amounts: string[], known: (string | null)[]) =>
  amounts.map((amount, index): Compared => ({ amount, known: [now(known[index] ?? null)] }));
const there = ['2400000.00', '2500000.00', null, '30.00'];
const inRupees = cells(['2300000.00', '2600000.00', '1.00', '2700000.00'], there);
const inLakh = cells(['230000000000.00', '260000000000.00', '100000.00', '270000000000.00'], there);
const inCrore = null;

test('a block far off in the unit shown is offered the unit in which most of it fits', () => {
  expect(likelierReading([inLakh, inRupees, inCrore])).toBe(1);
  expect(likelierReading([inLakh, inCrore, inRupees])).toBe(2);
  expect(likelierReading([null, inRupees])).toBe(1);
});

test('a block that fits is not asked about, nor one that fits in no unit, nor one with nothing to compare it with', () => {
  expect(likelierReading([inRupees, inLakh])).toBeNull();
  expect(likelierReading([inLakh, null])).toBeNull();
  expect(likelierReading([cells(['5.00'], [null]), cells(['500000.00'], [null])])).toBeNull();
  const odd = cells(['7000000000.00'], ['2400000.00']);
  expect(likelierReading([odd, cells(['70000.00'], ['2400000.00'])])).toBeNull();
});
