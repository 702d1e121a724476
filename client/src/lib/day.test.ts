import { expect, test } from 'vitest';
import { parseMonth, parseDay } from './day.ts';

test.each([
  ['2026-03-31', '2026-03-31'],
  ['31/03/2026', '2026-03-31'],
  ['1.4.26', '2026-04-01'],
  ['31-Mar-26', '2026-03-31'],
  ['1 April 2026', '2026-04-01'],
  ['1 Sept 2026', '2026-09-01'],
  ['March 31, 2026', '2026-03-31'],
  ['', null],
])('%j is the day %j', (words, date) => {
  expect(parseDay(words)).toEqual({ ok: true, value: date });
});

test.each(['31/02/2026', '2026-13-01', 'soon', '31/03/1700', '1 Marble 2026', '5'])('%j is no day', (words) => {
  expect(parseDay(words).ok).toBe(false);
});

test.each([
  ['2026-04', '2026-04'],
  ['4/2026', '2026-04'],
  ['Apr-26', '2026-04'],
  ['April 2026', '2026-04'],
  ['01-Apr-2026', '2026-04'],
  ['', null],
])('%j is the month %j', (words, month) => {
  expect(parseMonth(words)).toEqual({ ok: true, value: month });
});

test.each(['13/2026', 'April', '2026'])('%j is no month', (words) => {
  expect(parseMonth(words).ok).toBe(false);
});
