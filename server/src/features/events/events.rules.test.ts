import { describe, expect, test } from 'vitest';
import { RecentChanges } from './events.rules.ts';

const idsOf = (changes: { id: number }[] | undefined) => changes?.map(({ id }) => id);
const upTo = (newest: number, { from = 0, most = 3 } = {}) => {
  const recent = new RecentChanges<{ id: number }>(most);
  recent.restart(from);
  for (let id = from + 1; id <= newest; id++) recent.add({ id });
  return recent;
};

describe('recent changes', () => {
  test('are told after any one of them, and after the one before them', () => {
    const recent = upTo(12, { from: 10 });
    expect(idsOf(recent.after(10))).toEqual([11, 12]);
    expect(idsOf(recent.after(11))).toEqual([12]);
    expect(idsOf(recent.after(12))).toEqual([]);
  });

  test.each([9, 13])('do not know what came after %i', (id) => {
    expect(upTo(12, { from: 10 }).after(id)).toBeUndefined();
  });

  test('are no more than may be told, however many there were', () => {
    const recent = upTo(1_000);
    expect(idsOf(recent.after(997))).toEqual([998, 999, 1_000]);
    expect(recent.after(996)).toBeUndefined();
  });

  test('have no gap: what does not follow is not taken', () => {
    const recent = upTo(5);
    expect([recent.add({ id: 7 }), recent.add({ id: 5 }), recent.newest]).toEqual([false, false, 5]);
    recent.restart(6);
    expect(recent.add({ id: 7 })).toBe(true);
    expect(recent.after(5)).toBeUndefined();
    expect(idsOf(recent.after(6))).toEqual([7]);
  });
});
