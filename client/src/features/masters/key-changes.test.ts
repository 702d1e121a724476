import { expect, test } from 'vitest';
import { changed, changesOf, fieldsBeside, type KeyVersion } from './key-changes.ts';

const version = (validFrom: string, values: Record<number, string>): KeyVersion => ({
  id: 9,
  validFrom,
  total: null,
  drivers: Object.entries(values).map(([id, value]) => ({ entityId: Number(id), entity: id, value, percent: null })),
});
const seen = version('2026-01-01', { 1: '50', 2: '30', 3: '20' });

test('only what was typed is a change: another value, a value more, a value less, another month', () => {
  const typed = version('2026-02-01', { 1: '50', 2: '31', 12: '5' });
  expect(changesOf(typed, seen)).toEqual({
    validFrom: '2026-02-01',
    'entity.2': '31',
    'entity.3': '',
    'entity.12': '5',
  });
  expect(changesOf(seen, seen)).toEqual({});
});

test('changes go upon the version as it is now, and leave the rest of it alone', () => {
  const now = version('2026-01-01', { 1: '60', 2: '30', 3: '20', 7: '1' });
  expect(changed(now, { 'entity.2': '31', 'entity.3': '' })).toEqual({
    validFrom: '2026-01-01',
    drivers: [
      { entityId: 1, value: '60' },
      { entityId: 2, value: '31' },
      { entityId: 7, value: '1' },
    ],
  });
});

test('a value that is not there compares as an empty one', () => {
  expect(fieldsBeside(version('2026-01-01', { 1: '50' }), { 'entity.2': '31' })).toEqual({
    validFrom: '2026-01-01',
    'entity.1': '50',
    'entity.2': '',
  });
});
