import createCache from '@emotion/cache';
import { CacheProvider } from '@emotion/react';
import CssBaseline from '@mui/material/CssBaseline';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClientProvider, type QueryClient } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { cspNonce } from '../lib/csp-nonce.ts';
import { schemeStorageKey } from './color-scheme.ts';
import { Router } from './router.tsx';
import { theme } from './theme.ts';

export function draw(client: QueryClient) {
  const root = document.getElementById('root');
  if (!root) return;
  const emotion = createCache({ key: 'css', ...(cspNonce && { nonce: cspNonce }) });
  createRoot(root).render(
    <StrictMode>
      <CacheProvider value={emotion}>
        <ThemeProvider theme={theme} modeStorageKey={schemeStorageKey}>
          <CssBaseline enableColorScheme />
          <QueryClientProvider client={client}>
            <Router />
          </QueryClientProvider>
        </ThemeProvider>
      </CacheProvider>
    </StrictMode>,
  );
}
