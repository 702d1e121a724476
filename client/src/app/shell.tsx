import Box from '@mui/material/Box';
import GlobalStyles from '@mui/material/GlobalStyles';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useRef, useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router-dom';
import { ErrorState, LinesSkeleton } from '../components/states.tsx';
import { later } from '../lib/later.ts';
import { useNotice } from '../lib/notices.ts';
import { useDatabaseAway } from '../lib/health.ts';
import { me, useEnded, useMay } from '../lib/session.ts';
import { useChanges } from '../lib/events.ts';
import { ErrorBoundary } from './error-boundary.tsx';
import { SideNavigation } from './side-navigation.tsx';
import { size } from './theme.ts';
import { usePagePlace } from './use-page-place.ts';
import { TopBar } from './top-bar.tsx';

const Notices = later(async () => (await import('../components/notices.tsx')).Notices);
const SignInLayer = later(async () => (await import('../features/session/sign-in-layer.tsx')).SignInLayer);
const DatabaseAway = later(async () => (await import('../domain/database-away.tsx')).DatabaseAway);
const Drawer = later(async () => (await import('@mui/material/Drawer')).default);
const DropAnywhere = later(async () => (await import('../features/imports/drop-anywhere.tsx')).DropAnywhere);
const Palette = later(async () => (await import('./palette-entry.tsx')).PaletteEntry);

/** What surrounds every page of a signed-in person. */
export function Shell() {
  const { data: user, error, refetch } = useQuery(me);
  const { pathname, search } = useLocation();
  const ended = useEnded();

  if (!user && (error || user === undefined)) return <NobodyKnownYet error={error} onRetry={() => void refetch()} />;
  if (user === null) return <Navigate to={signInAddress(pathname + search)} replace />;
  if (user.mustChangePassword && !ended) return <Navigate to="/change-password" replace />;
  return (
    <>
      <Frame key={user.id} />
      {ended && (
        <>
          <GlobalStyles styles={nothingOfThePage} />
          <Suspense fallback={null}>
            <SignInLayer ended={ended} />
          </Suspense>
        </>
      )}
    </>
  );
}

const lateMs = 1_000;

/** Who is here is asked of the database: when no answer comes, the page says why, and goes on when it does. */
function NobodyKnownYet({ error, onRetry }: { error: Error | null; onRetry: () => void }) {
  const isLate = useLater(lateMs);
  const away = useDatabaseAway(onRetry, isLate || error !== null);
  if (!away && !error) return null;
  return (
    <Box component="main" sx={{ padding: 4, paddingBlockStart: 24 }}>
      <Suspense fallback={null}>
        {away ? <DatabaseAway {...away} /> : <ErrorState error={error} onRetry={onRetry} />}
      </Suspense>
    </Box>
  );
}

function useLater(ms: number) {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLater(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return isLater;
}

/** The page keeps its state below the sign-in, with its dialogs and notices, but from the first frame on none of it can be read. */
const nothingOfThePage = {
  'body > :not(dialog)': {
    visibility: 'hidden !important',
    opacity: '0 !important',
    transition: 'none !important',
  },
} as const;

const signInAddress = (from: string) => (from === '/' ? '/sign-in' : `/sign-in?to=${encodeURIComponent(from)}`);

function Frame() {
  const [isNavigationOpen, setNavigationOpen] = useState(false);
  const [isPaletteOpen, setPaletteOpen] = usePaletteKey();
  const notice = useNotice();
  const isFileNear = useFileNear();
  const mayLoad = useMay()('imports.load');
  const { pathname } = useLocation();
  const main = useRef<HTMLElement>(null);
  usePagePlace(main);
  useChanges(nothing); // the stream stays open on every page: it tells when the session has ended
  const [shownPath, setShownPath] = useState(pathname);
  if (shownPath !== pathname) {
    setShownPath(pathname);
    setNavigationOpen(false);
  }

  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100dvh' }}>
      <SkipLink />
      <TopBar onMenu={() => setNavigationOpen(true)} onSearch={() => setPaletteOpen(true)} />
      <Box sx={{ display: 'flex', flex: 1, minHeight: 0 }}>
        <Box
          sx={{
            display: { xs: 'none', md: 'block' },
            width: size.navigation,
            flexShrink: 0,
            borderRight: 1,
            borderColor: 'divider',
            bgcolor: 'background.paper',
            overflow: 'auto',
          }}
        >
          <SideNavigation />
        </Box>
        {isNavigationOpen && (
          <Suspense fallback={null}>
            <Drawer open onClose={() => setNavigationOpen(false)} slotProps={{ paper: { 'aria-label': 'Navigation' } }}>
              <Box sx={{ width: size.navigation + 40 }}>
                <SideNavigation />
              </Box>
            </Drawer>
          </Suspense>
        )}
        <Box
          component="main"
          id="page"
          ref={main}
          tabIndex={-1}
          sx={{
            flex: 1,
            minWidth: 0,
            overflow: 'auto',
            display: 'flex',
            flexDirection: 'column',
            gap: 3,
            padding: { xs: 2, sm: 3 },
            outline: 'none',
          }}
        >
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<LinesSkeleton lines={12} height={28} />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </Box>
      </Box>
      {isPaletteOpen && (
        <Suspense fallback={null}>
          <Palette onClose={() => setPaletteOpen(false)} />
        </Suspense>
      )}
      {isFileNear && mayLoad && (
        <Suspense fallback={null}>
          <DropAnywhere />
        </Suspense>
      )}
      {notice && (
        <Suspense fallback={null}>
          <Notices />
        </Suspense>
      )}
    </Box>
  );
}

const nothing = () => undefined;

function usePaletteKey() {
  const state = useState(false);
  const [, setOpen] = state;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen((isOpen) => !isOpen);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [setOpen]);
  return state;
}

/** Whether a file was ever dragged over the page. */
function useFileNear() {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const onDrag = ({ dataTransfer }: DragEvent) => {
      if (dataTransfer?.types.includes('Files')) setNear(true);
    };
    window.addEventListener('dragenter', onDrag);
    return () => window.removeEventListener('dragenter', onDrag);
  }, []);
  return isNear;
}

/** The first stop of the keyboard. */
function SkipLink() {
  return (
    <Box
      component="a"
      href="#page"
      sx={{
        position: 'absolute',
        top: -100,
        left: 8,
        zIndex: 'tooltip',
        padding: 2,
        bgcolor: 'background.paper',
        color: 'primary.main',
        '&:focus': { top: 8 },
      }}
    >
      Skip to the page
    </Box>
  );
}
