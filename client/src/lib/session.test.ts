import { authEndpoints, type SignedIn } from '@opex/contracts/auth';
import { QueryClient } from '@tanstack/react-query';
import { beforeEach, expect, it, vi } from 'vitest';
import { problemAnswer } from '../test/render-page.tsx';
import { callApi, rememberCsrfToken, whenRefused } from './api.ts';
import { isStillHere, me } from './session.ts';

const person = (id: number) =>
  ({
    id,
    email: `${id}@example.test`,
    name: 'Asha',
    role: 'Editor',
    permissions: [],
    entityIds: null,
    mustChangePassword: false,
  }) satisfies SignedIn['user'];

let session: SignedIn;
let written: number;
let client: QueryClient;

/** A server that takes writes of its session only. */
beforeEach(() => {
  written = 0;
  client = new QueryClient();
  client.setQueryData(me.queryKey, person(1));
  rememberCsrfToken('first');
  whenRefused(() => isStillHere(client));
  vi.stubGlobal('fetch', (address: string, { headers }: RequestInit) => {
    if (address === '/api/auth/me') return Promise.resolve(Response.json(session));
    if (new Headers(headers).get('x-csrf-token') !== session.csrfToken)
      return Promise.resolve(problemAnswer(403, 'The X-CSRF-Token header is not of this session'));
    written += 1;
    return Promise.resolve(new Response(null, { status: 204 }));
  });
});

const write = () => callApi(authEndpoints.signOut);

it('goes on in the session that the same person began in another tab', async () => {
  session = { user: person(1), csrfToken: 'second' };
  await write();
  expect(written).toBe(1);
});

it('lets nobody write as somebody else who has signed in since', async () => {
  session = { user: person(2), csrfToken: 'second' };
  await expect(write()).rejects.toMatchObject({ status: 403 });
  expect(written).toBe(0);
  expect(client.getQueryData(me.queryKey)).toBeNull();
});
