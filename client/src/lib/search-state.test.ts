import { expect, test } from 'vitest';
import { paramsOf } from './search-state.ts';

test.each([
  ['?tower=1&tower=2', 'tower=1,2'],
  ['?page=2&page=2&q=', 'page=2&q='],
  ['?tower=&tower=3&sort=uid', 'tower=3&sort=uid'],
])('%s is read as %s', (search, read) => {
  expect(decodeURIComponent(paramsOf(search).toString())).toBe(read);
});
