import { QueryClient } from '@tanstack/react-query';
import { ApiError, statusOf } from '../lib/api.ts';

/** Refusals are answers; only a lost connection or a broken server is asked again. A busy one has been, by `callApi`. */
const worthAnotherTry = (failures: number, error: Error) => {
  if (error instanceof ApiError && error.retryAfterSeconds !== undefined) return false;
  const status = statusOf(error) ?? 500;
  return failures < 1 && (status === 0 || status >= 502);
};

export const makeQueryClient = () =>
  new QueryClient({
    defaultOptions: {
      queries: { staleTime: 15_000, retry: worthAnotherTry, retryDelay: 800 },
      mutations: { retry: false },
    },
  });
