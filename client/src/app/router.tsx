import type { Permission } from '@opex/contracts/permissions';
import { Suspense, useEffect, type ReactNode } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router-dom';
import { BusyBar } from '../components/busy-bar.tsx';
import { drawn, loadParts } from '../lib/later.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { useMay } from '../lib/session.ts';
import { NotAllowedPage } from './not-allowed-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { inside, keepThePage, loadEveryPage, outside, type PageRoute } from './routes.ts';
import { Shell } from './shell.tsx';

const routeOf = ({ path, code, permission }: PageRoute & { permission?: Permission | undefined }) => {
  const Page = drawn(code);
  const page = (
    <>
      <Page />
      <LoadTheRest />
    </>
  );
  return (
    <Route key={path} path={path} element={permission ? <Allowed permission={permission}>{page}</Allowed> : page} />
  );
};
const outsideRoutes = outside.map(routeOf);
const insideRoutes = inside.map((route) =>
  routeOf({ ...route, permission: 'pages' in route.reached ? route.reached.pages[0]?.permission : undefined }),
);

/** Nothing of a page is shown to who may not use it: its tools would only be refused. */
function Allowed({ permission, children }: { permission: Permission; children: ReactNode }) {
  return useMay()(permission) ? children : <NotAllowedPage />;
}

const restMs = 3_000;

/** Beside a page, so that it waits for the code of that page. */
function LoadTheRest() {
  useEffect(() => {
    loadParts();
    // Once what was asked for is on screen.
    const timer = setTimeout(() => void loadEveryPage().then(keepThePage), restMs);
    return () => clearTimeout(timer);
  }, []);
  return null;
}

/** The plain router: the one with loaders and actions costs 20 kB more and react-query does that part. */
export function Router() {
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
