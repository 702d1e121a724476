import type { Permission } from '@opex/contracts/permissions';
import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { codeOf, type Code } from '../lib/code.ts';
import { paramsOf } from '../lib/search-state.ts';

export type PageRoute = {
  path: string;
  code: Code<ComponentType>;
  /** Asks for what the page shows first, while its code still loads. */
  ask?: (client: QueryClient, params: URLSearchParams) => Promise<unknown>;
};

/** A line of the navigation. */
export type Page = { title: string; path: string; permission: Permission };
export const navigationGroups = ['Overview', 'Plan', 'Data', 'Admin'] as const;
type InsideRoute = PageRoute & {
  /** Where the navigation leads to it, one line or more; or from where else people come. */
  reached: { group: (typeof navigationGroups)[number]; pages: readonly Page[] } | { from: string };
};

/** Pages for who is not signed in. */
export const outside: readonly PageRoute[] = [
  {
    path: '/sign-in',
    code: codeOf(async () => (await import('../features/session/sign-in-page.tsx')).SignInPage),
  },
  {
    path: '/change-password',
    code: codeOf(async () => (await import('../features/session/change-password-page.tsx')).ChangePasswordPage),
  },
];

/** Pages of the app. */
export const inside: readonly InsideRoute[] = [
  {
    path: '/',
    reached: { group: 'Overview', pages: [{ title: 'Dashboard', path: '/', permission: 'reports.view' }] },
    ask: async (client, params) => (await import('../features/dashboard/dashboard.queries.ts')).ask(client, params),
    code: codeOf(async () => (await import('../features/dashboard/dashboard-page.tsx')).DashboardPage),
  },
  {
    path: '/tracker',
    reached: { group: 'Plan', pages: [{ title: 'Budget tracker', path: '/tracker', permission: 'budgets.view' }] },
    ask: async (client, params) => (await import('../domain/sheet/tracker.queries.ts')).ask(client, params),
    code: codeOf(async () => (await import('./tracker-with-service.tsx')).TrackerWithService),
  },
  {
    path: '/services/:id',
    reached: { from: 'a row of the tracker' },
    code: codeOf(async () => (await import('../features/services/service-page.tsx')).ServicePage),
  },
  {
    path: '/masters/:kind?',
    reached: {
      group: 'Data',
      pages: [
        { title: 'Master data', path: '/masters', permission: 'masters.view' },
        { title: 'Currency rates', path: '/masters/currency-rates', permission: 'masters.view' },
      ],
    },
    code: codeOf(async () => (await import('../features/masters/masters-page.tsx')).MastersPage),
  },
  {
    path: '/imports',
    reached: { group: 'Data', pages: [{ title: 'Imports', path: '/imports', permission: 'imports.load' }] },
    code: codeOf(async () => (await import('../features/imports/imports-page.tsx')).ImportsPage),
  },
  {
    path: '/imports/:id',
    reached: { from: 'a row of the imports, and a file that is dropped on a page' },
    code: codeOf(async () => (await import('../features/imports/import-page.tsx')).ImportPage),
  },
  {
    path: '/users',
    reached: { group: 'Admin', pages: [{ title: 'Users', path: '/users', permission: 'users.view' }] },
    code: codeOf(async () => (await import('../features/users/users-page.tsx')).UsersPage),
  },
  {
    path: '/users/api-keys',
    reached: { from: 'the page of the users' },
    code: codeOf(async () => (await import('../features/users/api-keys-page.tsx')).ApiKeysPage),
  },
  {
    path: '/audit',
    reached: { group: 'Admin', pages: [{ title: 'Audit log', path: '/audit', permission: 'audit.view' }] },
    code: codeOf(async () => (await import('../features/audit/audit-page.tsx')).AuditPage),
  },
  {
    path: '/security',
    reached: { group: 'Admin', pages: [{ title: 'Security log', path: '/security', permission: 'security.view' }] },
    code: codeOf(async () => (await import('../features/security/security-page.tsx')).SecurityPage),
  },
  {
    path: '/jobs',
    reached: { group: 'Admin', pages: [{ title: 'Jobs', path: '/jobs', permission: 'jobs.view' }] },
    code: codeOf(async () => (await import('../features/jobs/jobs-page.tsx')).JobsPage),
  },
  {
    path: '/webhooks',
    reached: { group: 'Admin', pages: [{ title: 'Webhooks', path: '/webhooks', permission: 'webhooks.edit' }] },
    code: codeOf(async () => (await import('../features/webhooks/webhooks-page.tsx')).WebhooksPage),
  },
  {
    path: '/operations',
    reached: { group: 'Admin', pages: [{ title: 'Operations', path: '/operations', permission: 'operations.view' }] },
    code: codeOf(async () => (await import('../features/operations/operations-page.tsx')).OperationsPage),
  },
  {
    path: '/account',
    reached: { from: 'the menu of the account' },
    code: codeOf(async () => (await import('../features/account/account-page.tsx')).AccountPage),
  },
];

/** A part of a path that begins with a colon may be anything; with a question mark it may be absent. */
const leadsTo = (path: string, pathname: string) => {
  const pattern = path.replace(/\/:\w+\?/g, '(/[^/]+)?').replace(/:\w+/g, '[^/]+');
  return new RegExp(`^${pattern}/?$`).test(pathname);
};

/** Starts to load a page and what it shows first, before anything is drawn. A failure shows when the page is. */
export function askFor(client: QueryClient, { pathname, search }: Location) {
  const page = [...outside, ...inside].find(({ path }) => leadsTo(path, pathname));
  page?.ask?.(client, paramsOf(search)).catch(() => undefined);
  page?.code.load().catch(() => undefined);
}

/** Loads the code of every page early, so that all of them open even when the server is away or has a newer version. */
export const loadEveryPage = () => Promise.allSettled(inside.map(({ code }) => code.load()));

/** For the next visit, so it comes after all that this one needs. Only where the connection is safe, and never of a page that is being written. */
export function keepThePage() {
  if (import.meta.env.PROD && 'serviceWorker' in navigator)
    navigator.serviceWorker.register('/service-worker.js').catch(() => undefined);
}
