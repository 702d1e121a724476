import { onlineManager, QueryClient } from '@tanstack/react-query';
import { ApiError, statusOf } from '../lib/api.ts';

/** Asks again only after a lost connection or a fault of the server. `callApi` already waits for a busy server, and a refusal stays one. */
const worthAnotherTry = (failures: number, error: Error) => {
  if (error instanceof ApiError && error.retryAfterSeconds !== undefined) return false;
  const status = statusOf(error) ?? 500;
  return failures < 1 && (status === 0 || status >= 502);
};

/** The page may have come from what the browser kept of it; then what failed is asked again once there is a line. */
onlineManager.setOnline(navigator.onLine);

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: worthAnotherTry,
        retryDelay: 800,
        // Without a line it fails at once and says so; a page that waits for one would show its shape for ever.
        networkMode: 'always',
        refetchOnReconnect: true,
      },
      mutations: { retry: false },
    },
  });
