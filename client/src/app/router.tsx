import type { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { BrowserRouter, matchPath, Route, Routes } from 'react-router-dom';
import { BusyBar } from '../components/busy-bar.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { Shell } from './shell.tsx';

type Loaded = Promise<{ default: ComponentType }>;
type PageRoute = {
  path: string;
  load: () => Loaded;
  /** Asks for what the page shows first, while its code still loads. */
  ask?: (client: QueryClient, params: URLSearchParams) => Promise<unknown>;
};

const outside: readonly PageRoute[] = [
  {
    path: '/sign-in',
    load: async () => ({ default: (await import('../features/session/sign-in-page.tsx')).SignInPage }),
  },
  {
    path: '/change-password',
    load: async () => ({ default: (await import('../features/session/change-password-page.tsx')).ChangePasswordPage }),
  },
];

export const inside: readonly PageRoute[] = [
  {
    path: '/',
    load: async () => ({ default: (await import('../features/dashboard/dashboard-page.tsx')).DashboardPage }),
  },
  {
    path: '/tracker',
    ask: async (client, params) => (await import('../features/tracker/tracker.queries.ts')).preload(client, params),
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
    path: '/operations',
    load: async () => ({ default: (await import('../features/operations/operations-page.tsx')).OperationsPage }),
  },
  {
    path: '/account',
    load: async () => ({ default: (await import('../features/account/account-page.tsx')).AccountPage }),
  },
];

const routeOf = ({ path, load }: PageRoute) => {
  const Page = lazy(load);
  return <Route key={path} path={path} element={<Page />} />;
};
const outsideRoutes = outside.map(routeOf);
const insideRoutes = inside.map(routeOf);

/** Starts to load the code of a page before anything is rendered. A failure shows when the page is. */
export function preloadPage(client: QueryClient, { pathname, search }: Location) {
  const page = [...outside, ...inside].find(({ path }) => matchPath(path, pathname));
  page?.ask?.(client, new URLSearchParams(search)).catch(() => undefined);
  page?.load().catch(() => undefined);
}

/** A person with the app open can go to every page of it, also when the server has gone away or has a newer version. */
function preloadEveryPage() {
  for (const { load } of inside) load().catch(() => undefined);
}
const restMs = 3_000;

/** The plain router: the one with loaders and actions costs 20 kB more and react-query does that part. */
export function Router() {
  useEffect(() => {
    const timer = setTimeout(preloadEveryPage, restMs); // once what was asked for is on screen
    return () => clearTimeout(timer);
  }, []);
  return (
    <ErrorBoundary>
      <BrowserRouter>
        <Suspense fallback={null}>
          <Routes>
            {outsideRoutes}
            <Route element={<Shell />}>
              {insideRoutes}
              <Route path="*" element={<NotFoundPage />} />
            </Route>
          </Routes>
        </Suspense>
      </BrowserRouter>
      <BusyBar />
    </ErrorBoundary>
  );
}
