import type { QueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect } from 'react';
import { BrowserRouter, matchPath, Route, Routes } from 'react-router-dom';
import { BusyBar } from '../components/busy-bar.tsx';
import { ErrorBoundary } from './error-boundary.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { inside, outside, type PageRoute } from './routes.ts';
import { Shell } from './shell.tsx';

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

/** Loads the code of every page early, so that all of them open even when the server is away or has a newer version. */
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
