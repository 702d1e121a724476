import { describe, expect, test } from 'vitest';
import { TagLog, type TagChange } from './tag-log.ts';

const change = (version: number, at: number, facet?: string): [number, TagChange] => [
  version,
  { version, at, touched: facet === undefined ? null : { services: [], facets: [facet] } },
];
const about = (facet: string) => (touched: TagChange['touched']) => !touched || touched.facets.includes(facet);

describe('what has changed under a tag', () => {
  test('finds the first change that concerns somebody', () => {
    const log = new TagLog(5);
    log.raise(8, new Map([change(6, 60, 'name'), change(7, 70, 'price'), change(8, 80, 'price')]));
    expect(log.firstAfter(5, about('price'))?.at).toBe(70);
    expect(log.firstAfter(7, about('price'))?.at).toBe(80);
    expect(log.firstAfter(5, about('place'))).toBeUndefined();
    expect(log.firstAfter(8, about('price'))).toBeUndefined();
  });

  test('takes what nobody described for a change of everything, as of the moment it was heard of', () => {
    const log = new TagLog(5);
    log.raise(7, new Map([change(7, 70, 'name')]), 65);
    expect(log.firstAfter(5, about('price'))).toEqual({ version: 6, at: 65, touched: null });
  });

  test('knows nothing of what was before it began, or is long forgotten', () => {
    const log = new TagLog(5);
    expect(log.firstAfter(3, about('price'))?.at).toBe(0);
    log.raise(6, new Map([change(6, 60, 'name')]));
    expect(log.firstAfter(4, about('price'))?.at).toBe(0);
    log.raise(20_000, new Map());
    expect(log.firstAfter(6, about('price'))?.at).toBe(0);
    for (let version = 20_001; version <= 40_000; version++) log.raise(version, new Map([change(version, 1, 'name')]));
    expect(log.firstAfter(20_000, about('price'))?.at).toBe(0);
    expect(log.firstAfter(39_000, about('price'))).toBeUndefined();
  });

  test('hears nothing of what it knows already', () => {
    const log = new TagLog(5);
    log.raise(6, new Map([change(6, 60, 'name')]));
    log.raise(6, new Map());
    log.raise(4, new Map());
    expect(log.head).toBe(6);
    expect(log.firstAfter(5, about('price'))).toBeUndefined();
  });
});
