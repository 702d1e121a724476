import type { Permission } from '@opex/contracts/permissions';

export type Page = { title: string; path: string; permission: Permission };
export type Group = { title: string; pages: readonly Page[] };

export const navigation: readonly Group[] = [
  { title: 'Overview', pages: [{ title: 'Dashboard', path: '/', permission: 'reports.view' }] },
  { title: 'Plan', pages: [{ title: 'Budget tracker', path: '/tracker', permission: 'budgets.view' }] },
  {
    title: 'Data',
    pages: [
      { title: 'Master data', path: '/masters', permission: 'masters.view' },
      { title: 'Currency rates', path: '/masters/currency-rates', permission: 'masters.view' },
    ],
  },
  {
    title: 'Admin',
    pages: [
      { title: 'Users', path: '/users', permission: 'users.view' },
      { title: 'Audit log', path: '/audit', permission: 'audit.view' },
      { title: 'Security log', path: '/security', permission: 'security.view' },
      { title: 'Jobs', path: '/jobs', permission: 'jobs.view' },
      { title: 'Webhooks', path: '/webhooks', permission: 'webhooks.edit' },
      { title: 'Operations', path: '/operations', permission: 'operations.view' },
    ],
  },
];

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
