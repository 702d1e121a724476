import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromUnits } from '../lib/amounts/money.ts';
import type { DayOrder } from '@opex/contracts/written';
import { type Cell, type DateSystem, dayOfSerial, serialOfDay } from './cells.ts';
import { amountOf, dayOf } from './meanings.ts';

const text = (words: string): Cell => ({ kind: 'text', text: words });
const number = (words: string): Cell => ({ kind: 'number', text: words });

describe('an amount', () => {
  test.each([
    ['1250000', '1250000.00'],
    ['12,50,000', '1250000.00'],
    ['12,34,56,789.5', '123456789.50'],
    ['1,250,000.25', '1250000.25'],
    ['(1,200)', '-1200.00'],
    ['( 1,200.50 )', '-1200.50'],
    ['1,200-', '-1200.00'],
    ['-1,200', '-1200.00'],
    ['\u22121200', '-1200.00'],
    ['+5', '5.00'],
    ['₹ 1,200', '1200.00'],
    ['Rs. 1,200.00', '1200.00'],
    ['Rs1200', '1200.00'],
    ['INR 12,50,000', '1250000.00'],
    ['$1,200', '1200.00'],
    ['1200 USD', '1200.00'],
    ['(₹1,200)', '-1200.00'],
    ['\u00a01\u00a0200 ', '1200.00'],
    ['.5', '0.50'],
    ['007', '7.00'],
    ['-0', '0.00'],
    ['(0.00)', '0.00'],
    ['12.1000000000', '12.10'],
    ['99.9999999999', '100.00'],
  ])('in the text %j is %s', (words, value) => {
    expect(amountOf(text(words), { decimals: 2 })).toEqual({ value });
  });

  test.each([
    ['abc', 'not-an-amount'],
    ['-', 'not-an-amount'],
    ['N/A', 'not-an-amount'],
    ['12%', 'not-an-amount'],
    ['1.2.3', 'not-an-amount'],
    ['1,2', 'not-an-amount'],
    ['1.250.000,00', 'not-an-amount'],
    ['12,345,67,890', 'not-an-amount'],
    ['-5-', 'not-an-amount'],
    ['(-5)', 'not-an-amount'],
    ['((5))', 'not-an-amount'],
    ['=5', 'not-an-amount'],
    ['1e5', 'not-an-amount'],
    ['५', 'not-an-amount'],
    ['NaN', 'not-an-amount'],
    ['2026-03-31', 'not-an-amount'],
    ['12L', 'unit-not-allowed'],
    ['1.2cr', 'unit-not-allowed'],
    ['1.005', 'too-many-decimals'],
    ['12.00000001', 'too-many-decimals'],
    ['123456789012345678901', 'too-large'],
  ])('is not in the text %j: %s', (words, rejected) => {
    expect(amountOf(text(words), { decimals: 2 })).toEqual({ rejected });
  });

  test.each([
    ['12L', '1200000.00'],
    ['12.5 lakh', '1250000.00'],
    ['1.2cr', '12000000.00'],
    ['(2.5L)', '-250000.00'],
    ['12,50,000', '1250000.00'],
  ])('may have a unit where that was chosen: %j is %s', (words, value) => {
    expect(amountOf(text(words), { decimals: 2, units: true })).toEqual({ value });
  });

  test.each([
    ['1499.9999999999998', '1500.00'],
    ['0.30000000000000004', '0.30'],
    ['4.5999999999999996', '4.60'],
    ['-1499.9999999999998', '-1500.00'],
    ['1.2345E+7', '12345000.00'],
    ['5E-2', '0.05'],
    ['1E-300', '0.00'],
    ['-1E-11', '0.00'],
    ['12.', '12.00'],
    ['9999999999999999.99', '9999999999999999.99'],
    // A double holds no more of a large sum.
    ['123456789.10000001', '123456789.10'],
    ['123456789012.45001', '123456789012.45'],
  ])('in the number %s is %s', (words, value) => {
    expect(amountOf(number(words), { decimals: 2 })).toEqual({ value });
  });

  test.each([
    ['1499.995', 'too-many-decimals'],
    ['1499.99000001', 'too-many-decimals'],
    ['123456789.1001', 'too-many-decimals'],
    ['1E+400', 'too-large'],
    ['1E+9999', 'too-large'],
    ['1.5.2', 'not-an-amount'],
    ['+', 'not-an-amount'],
  ])('is not in the number %s: %s', (words, rejected) => {
    expect(amountOf(number(words), { decimals: 2 })).toEqual({ rejected });
  });

  test.each([
    [0, '1200', '1200'],
    [0, '1199.9999999999998', '1200'],
    [3, '1.005', '1.005'],
    [2, '1.50', '1.50'],
  ])('has the %i decimals of its currency: %s is %s', (decimals, words, value) => {
    expect(amountOf(text(words), { decimals })).toEqual({ value });
    expect(amountOf(number(words), { decimals })).toEqual({ value });
  });

  test('whatever it is, it comes back from a number, a text and any grouping', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }),
        fc.constantFrom('en-IN', 'en-US'),
        (units, locale) => {
          const value = fromUnits(units);
          const [whole = '', cents = ''] = value.replace('-', '').split('.');
          const grouped = `${BigInt(whole).toLocaleString(locale)}.${cents}`;
          for (const cell of [number(value), text(value), text(units < 0n ? `(${grouped})` : grouped)])
            expect(amountOf(cell, { decimals: 2 })).toEqual({ value });
        },
      ),
    );
  });

  test('what doubles make of a sum of twelve months is it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 * 10 ** 12 }), fc.integer({ min: 1, max: 12 }), (units, months) => {
        let sum = 0;
        for (let month = 0; month < months; month++) sum += units / 100;
        const value = fromUnits(BigInt(units) * BigInt(months));
        expect(amountOf(number(String(sum)), { decimals: 2 })).toEqual({ value });
      }),
    );
  });
});

describe('a day', () => {
  const system: DateSystem = 1900;
  const order = (order: DayOrder | '') => ({ system, order: order || undefined });

  test.each([
    ['', '2025-04-01', '2025-04-01'],
    ['', '2025-04-01T00:00:00', '2025-04-01'],
    ['', '2025-04-01 10:30', '2025-04-01'],
    ['', '2025/4/1', '2025-04-01'],
    ['', '1-Apr-25', '2025-04-01'],
    ['', '01 April 2025', '2025-04-01'],
    ['', 'April 1, 2025', '2025-04-01'],
    ['', '25/04/2025', '2025-04-25'],
    ['', '04/25/2025', '2025-04-25'],
    ['', '04/04/2025', '2025-04-04'],
    ['day-first', '01/04/2025', '2025-04-01'],
    ['day-first', '1.4.25', '2025-04-01'],
    ['month-first', '01/04/2025', '2025-01-04'],
    ['month-first', '04/25/2025', '2025-04-25'],
  ] as const)('(%s) in the text %j is %s', (which, words, value) => {
    expect(dayOf(text(words), order(which))).toEqual({ value });
  });

  test.each([
    ['', '01/04/2025', 'which-order'],
    ['day-first', '04/25/2025', 'no-such-day'],
    ['month-first', '25/04/2025', 'no-such-day'],
    ['', '31/02/2025', 'no-such-day'],
    ['', '2025-02-30', 'no-such-day'],
    ['', '31 Apr 2025', 'no-such-day'],
    ['', '2025-04-01 and more', 'not-a-day'],
    ['', 'soon', 'not-a-day'],
    ['', '45748', 'not-a-day'],
    ['', '1 Marble 2025', 'no-such-day'],
    ['', '1 Apr 1025', 'which-year'],
  ] as const)('(%s) is not in the text %j: %s', (which, words, rejected) => {
    expect(dayOf(text(words), order(which))).toEqual({ rejected });
  });

  test('is a serial number in the system of its workbook', () => {
    expect(dayOf(number('45748'), { system: 1900 })).toEqual({ value: '2025-04-01' });
    expect(dayOf(number('44286'), { system: 1904 })).toEqual({ value: '2025-04-01' });
    expect(dayOf(number('20250401'), { system: 1900 })).toEqual({ rejected: 'not-a-day' });
    expect(dayOf({ kind: 'date', text: '45748', date: '2025-04-01' }, { system })).toEqual({ value: '2025-04-01' });
    expect(dayOf({ kind: 'date', text: '2958465', date: '9999-12-31' }, { system })).toEqual({
      rejected: 'which-year',
    });
  });

  test('has a serial number that leads back to it', () => {
    const days = fc.date({ min: new Date('1900-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(days, (date) => {
        const day = date.toISOString().slice(0, 10);
        expect(dayOfSerial(serialOfDay(day), 1900)).toBe(day);
      }),
    );
  });
});

test.each<[Cell | undefined, object]>([
  [undefined, { value: null }],
  [text('  \u00a0'), { value: null }],
  [{ kind: 'error', text: '#REF!' }, { rejected: 'error' }],
  [{ kind: 'formula', text: '' }, { rejected: 'formula' }],
])('%j is the same for both', (cell, meaning) => {
  expect(amountOf(cell, { decimals: 2 })).toEqual(meaning);
  expect(dayOf(cell, { system: 1900 })).toEqual(meaning);
});

test('neither true nor a day is an amount, and true is no day', () => {
  const yes: Cell = { kind: 'boolean', text: 'TRUE' };
  expect(amountOf(yes, { decimals: 2 })).toEqual({ rejected: 'not-an-amount' });
  expect(amountOf({ kind: 'date', text: '45748', date: '2025-04-01' }, { decimals: 2 })).toEqual({
    rejected: 'not-an-amount',
  });
  expect(dayOf(yes, { system: 1900 })).toEqual({ rejected: 'not-a-day' });
});
