import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { useWrite } from './use-write.ts';

it('writes once when a button is pressed twice, and again once that is done', async () => {
  const write = vi.fn((word: string) => Promise.resolve(word));
  const client = new QueryClient();
  const { result } = renderHook(() => useWrite(write), {
    wrapper: ({ children }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>,
  });
  act(() => {
    result.current.mutate('once');
    result.current.mutate('once');
  });
  await waitFor(() => expect(result.current.isSuccess).toBe(true));
  expect(write).toHaveBeenCalledTimes(1);
  act(() => result.current.mutate('again'));
  await waitFor(() => expect(write).toHaveBeenCalledTimes(2));
});
