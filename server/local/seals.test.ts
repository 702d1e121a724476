import { expect, test } from 'vitest';
import { publishedName } from './seals.ts';

test('what is sealed is published by database, whoever signs in to it', () => {
  const one = publishedName('postgresql://opex:secret@127.0.0.1:5432/opex');
  expect(publishedName('postgresql://other@127.0.0.1:5432/opex?options=x')).toBe(one);
  expect(publishedName('postgresql://opex:secret@127.0.0.1:5432/another')).not.toBe(one);
  expect(publishedName('postgresql://opex:secret@127.0.0.1:5433/opex')).not.toBe(one);
  expect(publishedName(undefined)).toBe('audit-seals.jsonl');
});
