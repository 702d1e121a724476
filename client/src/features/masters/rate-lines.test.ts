import { expect, test } from 'vitest';
import { readRateLines, slipIn } from './rate-lines.ts';

test('months or days, and rates, a line each', () => {
  expect(readRateLines('Apr 2026\t83.10\n01-May-26\t84\n2026-06  1,083.5\n')).toEqual({
    lines: [
      { effectiveDate: '2026-04-01', rate: '83.10' },
      { effectiveDate: '2026-05-01', rate: '84' },
      { effectiveDate: '2026-06-01', rate: '1083.5' },
    ],
    problem: null,
  });
});

test('a line that is none is named', () => {
  expect(readRateLines('Apr 2026\t83.10\nsoon\t84').problem).toContain('"soon\t84"');
  expect(readRateLines('  ').problem).not.toBeNull();
});

test('a rate three times off the one before it is found', () => {
  const rates = (...all: string[]) => all.map((rate) => ({ effectiveDate: '2026-04-01', rate }));
  expect(slipIn(rates('83.1', '831', '83.2'))?.rate).toBe('831');
  expect(slipIn(rates('83.1', '84'))).toBeUndefined();
});
