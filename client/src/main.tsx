import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { schemeStorageKey } from './app/color-scheme.ts';
import { makeQueryClient } from './app/query-client.ts';
import { preloadPage, Router } from './app/router.tsx';
import { theme } from './app/theme.ts';
import { fiscalYears } from './domain/calendar.queries.ts';
import { cspNonce } from './lib/csp-nonce.ts';
import { whenRefused } from './lib/api.ts';
import { look, me, settleSession } from './lib/session.ts';
import { watchSession } from './lib/watch-session.ts';

const queryClient = makeQueryClient();
whenRefused((status) => settleSession(queryClient, status));
watchSession(() => void look(queryClient));
// Asked while the page's own code loads.
preloadPage(queryClient, location);
if (!location.pathname.startsWith('/sign-in')) {
  // A failure shows where the answer is used.
  queryClient.query(me).catch(() => undefined);
  queryClient.query(fiscalYears).catch(() => undefined);
}

const emotion = createCache({ key: 'css', ...(cspNonce && { nonce: cspNonce }) });
const root = document.getElementById('root');

if (root) {
  createRoot(root).render(
    <StrictMode>
      <CacheProvider value={emotion}>
        <ThemeProvider theme={theme} modeStorageKey={schemeStorageKey}>
          <CssBaseline enableColorScheme />
          <QueryClientProvider client={queryClient}>
            <Router />
          </QueryClientProvider>
        </ThemeProvider>
      </CacheProvider>
    </StrictMode>,
  );
}
