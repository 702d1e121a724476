import { matchPath } from 'react-router-dom';
import { expect, test } from 'vitest';
import { navigation } from './navigation.ts';
import { inside } from './routes.ts';

const linked = navigation.flatMap(({ pages }) => pages.map(({ path }) => path));
const isLinked = (route: string) => linked.some((path) => matchPath(route, path));
/** Pages that the app leads to from elsewhere: the menu of the account, the users, a row of the tracker. */
const reachedOtherwise = ['/account', '/users/api-keys', '/services/:id'];

test('every page of the navigation has a route', () => {
  const routes = inside.map(({ path }) => path);
  expect(linked.filter((path) => !routes.some((route) => matchPath(route, path)))).toEqual([]);
});

test('every route is in the navigation, or reached otherwise', () => {
  const unlinked = inside.map(({ path }) => path).filter((route) => !isLinked(route));
  expect(unlinked.toSorted()).toEqual(reachedOtherwise.toSorted());
});
