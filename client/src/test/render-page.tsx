import type { SignedInUser } from '@opex/contracts/auth';
import { granted, type Role, takesWholeScope } from '@opex/contracts/permissions';
import { ThemeProvider } from '@mui/material/styles';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactElement } from 'react';
import { BrowserRouter, Route, Routes } from 'react-router-dom';
import { vi } from 'vitest';
import { theme } from '../app/theme.ts';
import { Notices } from '../components/notices.tsx';
import { me } from '../lib/session.ts';

export type Asked = { method: string; path: string; query: URLSearchParams; body: unknown; headers: Headers };
/** What the server would answer; undefined: 404. A Response is passed on as it is. */
export type Answers = (asked: Asked) => unknown;

const userWith = (role: Role, entityIds: number[] | null): SignedInUser => ({
  id: 1,
  email: 'asha@example.test',
  name: 'Asha',
  role,
  permissions: granted[role].filter((permission) => entityIds === null || !takesWholeScope(permission)),
  entityIds,
  mustChangePassword: false,
});

type Options = {
  address?: string;
  path?: string;
  /** null: nobody is signed in. */
  role?: Role | null;
  /** null: all. */
  entityIds?: number[] | null;
  answers: Answers;
};

/** A page in its surroundings, where only the network is stood in for. Gives what was asked of it. */
export function renderPage(page: ReactElement, options: Options) {
  const { address = '/', path = '*', role = 'Admin', entityIds = null, answers } = options;
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, { method = 'GET', body, headers }: RequestInit = {}) => {
    const { pathname, searchParams } = new URL(address, 'http://test');
    const call: Asked = {
      method,
      path: pathname,
      query: searchParams,
      body: typeof body === 'string' ? JSON.parse(body) : body,
      headers: new Headers(headers),
    };
    asked.push(call);
    const answer = await answers(call);
    if (answer instanceof Response) return answer;
    return answer === undefined ? problemAnswer(404, 'Not found') : Response.json(answer);
  });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 15_000 } } });
  client.setQueryData(me.queryKey, role && userWith(role, entityIds));
  window.history.replaceState(null, '', address);
  render(
    <ThemeProvider theme={theme}>
      <QueryClientProvider client={client}>
        <BrowserRouter>
          <Routes>
            <Route path={path} element={page} />
            {path !== '*' && <Route path="*" element={null} />}
          </Routes>
        </BrowserRouter>
        <Notices />
      </QueryClientProvider>
    </ThemeProvider>,
  );
  return { asked, client };
}

export const problemAnswer = (status: number, detail: string, more: object = {}) =>
  Response.json(
    { type: 'about:blank', title: detail, status, detail, instance: '', requestId: 'r-1', ...more },
    { status },
  );
