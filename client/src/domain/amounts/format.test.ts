import { expect, test } from 'vitest';
import {
  formatAligned,
  formatDate,
  formatExact,
  formatInColumn,
  formatPercent,
  formatShare,
  formatShort,
  formatTick,
  formatWithUnit,
} from './format.ts';

test.each([
  ['1234567.89', '12,34,567.89', '1,234,567.89'],
  ['999', '999.00', '999.00'],
  ['1000', '1,000.00', '1,000.00'],
  ['100000', '1,00,000.00', '100,000.00'],
  ['-1234567.8', '-12,34,567.80', '-1,234,567.80'],
  ['9007199254740993.01', '9,00,71,99,25,47,40,993.01', '9,007,199,254,740,993.01'],
  ['0.00', '-', '-'],
  ['-0.001', '-', '-'],
  [null, '', ''],
])('%s in full', (amount, indian, international) => {
  expect(formatExact(amount, 'en-IN')).toBe(indian);
  expect(formatExact(amount, 'en-US')).toBe(international);
});

test.each([
  ['1234567.89', '12.35 L', '1.23 m'],
  ['-1234567.89', '-12.35 L', '-1.23 m'],
  ['9999999.99', '1.00 cr', '10.00 m'],
  ['99999.99', '1.00 L', '100.00 k'],
  ['45678.5', '45,679', '45.68 k'],
  ['12345678901', '1,234.57 cr', '12.35 bn'],
  ['0.40', '<1', '<1'],
  ['0', '-', '-'],
  [null, '', ''],
])('%s in short', (amount, indian, international) => {
  expect(formatShort(amount, 'en-IN')).toBe(indian);
  expect(formatShort(amount, 'en-US')).toBe(international);
});

test('ticks are as short as they can be', () => {
  expect(formatTick(1200000, 'en-IN')).toBe('12 L');
  expect(formatTick(15000000, 'en-IN')).toBe('1.5 cr');
  expect(formatTick(0, 'en-IN')).toBe('0');
  expect(formatTick(-2500000, 'en-US')).toBe('-2.5 m');
});

test('percentages and days', () => {
  expect(formatPercent('3.20')).toBe('3.2 %');
  expect(formatPercent('-0.04')).toBe('-<0.1 %');
  expect(formatPercent('0.00')).toBe('0.0 %');
  expect(formatDate('2026-03-31')).toBe('31 Mar 2026');
  expect(formatDate(null)).toBe('');
});

test.each([
  ['1234567.89', '12.35', '0.12', '1,234.6', '1.23'],
  ['12345678901.00', '1,23,456.79', '1,234.57', '12,345,678.9', '12,345.68'],
  ['-1234567.89', '-12.35', '-0.12', '-1,234.6', '-1.23'],
  ['400.00', '<0.01', '<0.01', '0.4', '<0.01'],
  ['-400.00', '-<0.01', '-<0.01', '-0.4', '-<0.01'],
  ['500.00', '0.01', '<0.01', '0.5', '<0.01'],
  ['0.00', '-', '-', '-', '-'],
  [null, '', '', '', ''],
])('%s in a column of lakh, crore, thousands and millions', (amount, lakh, crore, thousand, million) => {
  expect(formatInColumn(amount, { grouping: 'en-IN', display: 'short' })).toBe(lakh);
  expect(formatInColumn(amount, { grouping: 'en-IN', display: 'shorter' })).toBe(crore);
  expect(formatInColumn(amount, { grouping: 'en-US', display: 'short' })).toBe(thousand);
  expect(formatInColumn(amount, { grouping: 'en-US', display: 'shorter' })).toBe(million);
});

test('an amount that stands alone says its unit', () => {
  expect(formatWithUnit('1234567.89', { grouping: 'en-IN', display: 'short' })).toBe('12.35 lakh');
  expect(formatWithUnit('1234567.89', { grouping: 'en-IN', display: 'exact' })).toBe('12,34,567.89');
  expect(formatWithUnit('0.00', { grouping: 'en-IN', display: 'short' })).toBe('-');
});

test('numbers of a column have the decimals that the longest needs, and are grouped', () => {
  const values = ['1234567.5000', '83.1025', '0'];
  expect(values.map(formatAligned(values, 'en-IN'))).toEqual(['12,34,567.5000', '83.1025', '0.0000']);
  expect(['98', '1200'].map(formatAligned(['98', '1200'], 'en-IN'))).toEqual(['98', '1,200']);
  expect(['33.3333', '0', '0.001'].map(formatShare)).toEqual(['33.33 %', '0.00 %', '<0.01 %']);
});
