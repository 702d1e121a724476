import { matchPath } from 'react-router-dom';
import { expect, test } from 'vitest';
import { navigation } from './navigation.ts';
import { inside } from './routes.ts';

const linked = navigation.flatMap(({ pages }) => pages.map(({ path }) => path));

test('every line of the navigation leads to a page, and to another one than the others', () => {
  expect(linked.filter((path) => !inside.some((route) => matchPath(route.path, path)))).toEqual([]);
  expect(new Set(linked).size).toBe(linked.length);
});

test('every page that says so is in the navigation', () => {
  const said = inside.filter(({ reached }) => 'group' in reached);
  expect(said.length).toBeGreaterThan(8);
  expect(said.filter(({ path }) => !linked.some((link) => matchPath(path, link)))).toEqual([]);
});
