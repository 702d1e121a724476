import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUnits, toUnits } from '../../lib/amounts/money.ts';
import { type Months, spreadBudget, spreadRefusal, totalOf, withMonths } from './budget-months.rules.ts';

const none: Months = Array<null>(12).fill(null);
const first = (...months: (string | null)[]): Months => [...months, ...none.slice(months.length)];
const units = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const amount = units.map(fromUnits);
const months = fc.array(fc.option(amount), { minLength: 12, maxLength: 12 });
const shape = fc
  .array(fc.option(fc.bigInt({ min: 0n, max: 10n ** 12n }).map(fromUnits)), { minLength: 12, maxLength: 12 })
  .filter((list) => toUnits(totalOf(list)) > 0n);
const phasing = fc.constantFrom('EVEN' as const, 'PROFILE' as const);

describe('a budget spread over its months', () => {
  test.each([
    [
      'evenly',
      '1000.00',
      'EVEN' as const,
      none,
      [...Array<string>(4).fill('83.34'), ...Array<string>(8).fill('83.33')],
    ],
    ['evenly, whatever shape it had', '12.00', 'EVEN' as const, first('5.00'), Array<string>(12).fill('1.00')],
    [
      'in its shape',
      '182.25',
      'PROFILE' as const,
      first('98.00', '2.00'),
      ['178.61', '3.64', ...Array<string>(10).fill('0.00')],
    ],
    ['evenly where it has no shape yet', '12.00', 'PROFILE' as const, none, Array<string>(12).fill('1.00')],
    ['evenly where all is zero', '12.00', 'PROFILE' as const, first('0.00'), Array<string>(12).fill('1.00')],
    [
      'evenly where a credit makes the shape no shape',
      '12.00',
      'PROFILE' as const,
      first('5.00', '-1.00'),
      Array<string>(12).fill('1.00'),
    ],
    [
      'as a credit',
      '-100.00',
      'PROFILE' as const,
      first('1.00', '1.00', '1.00'),
      ['-33.34', '-33.33', '-33.33', ...Array<string>(9).fill('0.00')],
    ],
  ])('%s', (_how, budget, how, current, expected) => {
    expect(spreadBudget(budget, how, current)).toEqual(expected);
  });

  test('adds up to the paisa, whatever the amount, the phasing and the months before', () => {
    fc.assert(
      fc.property(
        amount,
        phasing,
        months,
        (budget, how, current) => totalOf(spreadBudget(budget, how, current)) === budget,
      ),
      { numRuns: 1000 },
    );
  });

  const opened = (count: number) => none.map((_, index) => index >= 12 - count);
  const year = first('10.00', '20.00', '30.00', '40.00', '50.00');

  test.each([
    ['evenly over the open months', '100.00', 'EVEN' as const, 2, ['35.00', '35.00'], '30.00'],
    ['to the paisa over the open months', '0.01', 'EVEN' as const, 3, ['0.01', '0.00', '0.00'], '0.00'],
    ['as a credit over the open months', '-20.00', 'EVEN' as const, 2, ['-10.00', '-10.00'], '0.00'],
  ])('%s', (_how, budget, how, count, expected, closed) => {
    const current = first(closed);
    const months = spreadBudget(budget, how, current, { isOpen: opened(count) });
    expect(months.slice(-count)).toEqual(expected);
    expect(months.slice(0, -count)).toEqual(current.slice(0, -count));
  });

  test('in the shape of the open months, which the closed ones do not bend', () => {
    const isOpen = none.map((_, index) => index >= 3);
    const months = spreadBudget('240.00', 'PROFILE', year, { isOpen });
    expect(months.slice(0, 5)).toEqual(['10.00', '20.00', '30.00', '80.00', '100.00']);
    expect(totalOf(months)).toBe('240.00');
  });

  const among = (...numbers: number[]) => none.map((_, index) => numbers.includes(index + 1));
  test.each([
    [
      'evenly over the months of the contract',
      'EVEN' as const,
      none,
      among(1, 2, 3, 4),
      among(3, 4, 5),
      { 3: '50.00', 4: '50.00' },
    ],
    ['off the months outside it', 'EVEN' as const, first('10.00', '10.00'), among(1, 2), among(2), { 2: '100.00' }],
    [
      'over all open months where none is of the contract',
      'EVEN' as const,
      none,
      among(1, 2),
      among(7),
      { 1: '50.00', 2: '50.00' },
    ],
    ['over the contract where there is no shape', 'PROFILE' as const, none, among(1, 2), among(2), { 2: '100.00' }],
    [
      'in a shape, whatever the contract',
      'PROFILE' as const,
      first('1.00', '3.00'),
      among(1, 2),
      among(2),
      { 1: '25.00', 2: '75.00' },
    ],
  ])('%s', (_how, how, current, isOpen, isOfContract, expected) => {
    const months = spreadBudget('100.00', how, current, { isOpen, isOfContract });
    const something = months.flatMap((month, index) => (Number(month) > 0 ? [[index + 1, month]] : []));
    expect(Object.fromEntries(something)).toEqual(expected);
  });

  test.each([
    ['no month is open and the year would change', '149.00', 0, 'nothing is open'],
    ['no month is open and the year stays', '150.00', 0, null],
    ['closed months hold more than the whole', '59.99', 9, 'more is kept'],
    ['closed months hold just the whole', '60.00', 9, null],
    ['a credit is meant', '-1.00', 9, null],
  ])('is refused or not when %s', (_when, budget, count, refusal) => {
    expect(spreadRefusal(budget, year, opened(count))).toBe(refusal);
  });

  test('never touches a closed month, and adds up to the paisa over the rest', () => {
    fc.assert(
      fc.property(
        amount,
        phasing,
        months,
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }).filter((isOpen) => isOpen.includes(true)),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (budget, how, current, isOpen, isOfContract) => {
          const after = spreadBudget(budget, how, current, { isOpen, isOfContract });
          expect(after.filter((_, index) => !isOpen[index])).toEqual(current.filter((_, index) => !isOpen[index]));
          expect(totalOf(after)).toBe(budget);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('levels no two months by more than one paisa when it is even', () => {
    fc.assert(
      fc.property(amount, months, (budget, current) => {
        const parts = spreadBudget(budget, 'EVEN', current).map((month) =>
          Number(toUnits(month!) - toUnits(budget) / 12n),
        );
        return Math.max(...parts) - Math.min(...parts) <= 1;
      }),
    );
  });

  test('puts nothing into a month that had nothing, when it keeps a shape', () => {
    fc.assert(
      fc.property(amount, shape, (budget, current) =>
        spreadBudget(budget, 'PROFILE', current).every(
          (month, index) => toUnits(current[index] ?? '0') > 0n || toUnits(month!) === 0n,
        ),
      ),
    );
  });

  test('stays as it is when it is spread again in its own shape', () => {
    fc.assert(
      fc.property(shape, (current) => {
        const same = spreadBudget(totalOf(current), 'PROFILE', current);
        return same.every((month, index) => toUnits(month!) === toUnits(current[index] ?? '0'));
      }),
    );
  });
});

describe('single months', () => {
  test('change alone; an emptied one is empty, not zero', () => {
    const current = first('1.00', '2.00', '3.00');
    expect(withMonths(current, { 2: null, 3: '0.00', 12: '9.00' })).toEqual([
      '1.00',
      null,
      '0.00',
      ...Array<null>(8).fill(null),
      '9.00',
    ]);
    expect(withMonths(current, {})).toEqual(current);
    expect(totalOf(withMonths(current, { 1: '-5.01' }))).toBe('-0.01');
  });
});
