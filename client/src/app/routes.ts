import type { QueryClient } from '@tanstack/react-query';
import type { ComponentType } from 'react';
import { paramsOf } from '../lib/search-state.ts';

type Loaded = Promise<{ default: ComponentType }>;
export type PageRoute = {
  path: string;
  load: () => Loaded;
  /** Asks for what the page shows first, while its code still loads. */
  ask?: (client: QueryClient, params: URLSearchParams) => Promise<unknown>;
};

/** Pages for who is not signed in. */
export const outside: readonly PageRoute[] = [
  {
    path: '/sign-in',
    load: async () => ({ default: (await import('../features/session/sign-in-page.tsx')).SignInPage }),
  },
  {
    path: '/change-password',
    load: async () => ({ default: (await import('../features/session/change-password-page.tsx')).ChangePasswordPage }),
  },
];

/** Pages of the app. */
export const inside: readonly PageRoute[] = [
  {
    path: '/',
    ask: async (client, params) => (await import('../features/dashboard/dashboard.queries.ts')).ask(client, params),
    load: async () => ({ default: (await import('../features/dashboard/dashboard-page.tsx')).DashboardPage }),
  },
  {
    path: '/tracker',
    ask: async (client, params) => (await import('../features/tracker/tracker.queries.ts')).ask(client, params),
    load: async () => ({ default: (await import('../features/tracker/page/tracker-page.tsx')).TrackerPage }),
  },
  {
    path: '/services/:id',
    load: async () => ({ default: (await import('../features/services/service-page.tsx')).ServicePage }),
  },
  {
    path: '/masters/:kind?',
    load: async () => ({ default: (await import('../features/masters/masters-page.tsx')).MastersPage }),
  },
  { path: '/users', load: async () => ({ default: (await import('../features/users/users-page.tsx')).UsersPage }) },
  {
    path: '/users/api-keys',
    load: async () => ({ default: (await import('../features/users/api-keys-page.tsx')).ApiKeysPage }),
  },
  { path: '/audit', load: async () => ({ default: (await import('../features/audit/audit-page.tsx')).AuditPage }) },
  {
    path: '/security',
    load: async () => ({ default: (await import('../features/security/security-page.tsx')).SecurityPage }),
  },
  { path: '/jobs', load: async () => ({ default: (await import('../features/jobs/jobs-page.tsx')).JobsPage }) },
  {
    path: '/webhooks',
    load: async () => ({ default: (await import('../features/webhooks/webhooks-page.tsx')).WebhooksPage }),
  },
  {
    path: '/operations',
    load: async () => ({ default: (await import('../features/operations/operations-page.tsx')).OperationsPage }),
  },
  {
    path: '/account',
    load: async () => ({ default: (await import('../features/account/account-page.tsx')).AccountPage }),
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
  page?.load().catch(() => undefined);
}

/** Loads the code of every page early, so that all of them open even when the server is away or has a newer version. */
export function loadEveryPage() {
  for (const { load } of inside) load().catch(() => undefined);
}
