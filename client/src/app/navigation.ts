import type { Permission } from '@opex/contracts/permissions';
import { inside, navigationGroups, type Page } from './routes.ts';

export type Group = { title: string; pages: readonly Page[] };

export const navigation: readonly Group[] = navigationGroups.map((title) => ({
  title,
  pages: inside.flatMap(({ reached }) => ('group' in reached && reached.group === title ? reached.pages : [])),
}));

export const pagesFor = (may: (permission: Permission) => boolean) =>
  navigation.flatMap(({ pages }) => pages).filter(({ permission }) => may(permission));

/** Currency rates lie under master data, but are a page of their own. */
export function isCurrent(path: string, pathname: string) {
  if (path === '/') return pathname === '/';
  const inRates = pathname.startsWith('/masters/currency-rates');
  if (path === '/masters') return pathname.startsWith('/masters') && !inRates;
  if (path === '/tracker') return pathname.startsWith('/tracker') || pathname.startsWith('/services');
  return pathname.startsWith(path);
}
