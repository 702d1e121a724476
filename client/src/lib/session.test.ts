import { authEndpoints, type SignedIn } from '@opex/contracts/auth';
import { QueryClient } from '@tanstack/react-query';
import { renderHook } from '@testing-library/react';
import { beforeEach, expect, it, vi } from 'vitest';
import { problemAnswer } from '../test/render-page.tsx';
import { callApi, rememberSession, whenRefused } from './api.ts';
import { enter, look, me, settleSession, signedInAgain, useEnded } from './session.ts';

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

/** Null: nobody. A number: the server answers with this status. */
let session: SignedIn | null | number;
let written: number;
let client: QueryClient;

/** A server that takes writes of its session only. */
beforeEach(() => {
  written = 0;
  client = new QueryClient();
  client.setQueryData(me.queryKey, person(1));
  rememberSession({ userId: 1, csrfToken: 'first' });
  whenRefused((status) => settleSession(client, status));
  vi.stubGlobal('fetch', (address: string, { headers }: RequestInit) => {
    if (typeof session === 'number') return Promise.resolve(problemAnswer(session, 'Not now'));
    if (session === null) return Promise.resolve(problemAnswer(401, 'Sign in first'));
    if (address === '/api/auth/me') return Promise.resolve(Response.json(session));
    if (new Headers(headers).get('x-csrf-token') !== session.csrfToken)
      return Promise.resolve(problemAnswer(403, 'The X-CSRF-Token header is not of this session'));
    written += 1;
    return Promise.resolve(new Response(null, { status: 204 }));
  });
});

const write = () => callApi(authEndpoints.endOtherSessions);
const ended = () => renderHook(useEnded).result.current;

it('goes on in the session that the same person began in another tab', async () => {
  session = { user: person(1), csrfToken: 'second' };
  await write();
  expect(written).toBe(1);
  expect(ended()).toBeNull();
});

it('waits for the same person to sign in again, and then writes', async () => {
  session = null;
  const call = write();
  await vi.waitFor(() => expect(ended()).toEqual({ other: null }));
  session = { user: person(1), csrfToken: 'second' };
  signedInAgain(client, session);
  await call;
  expect(written).toBe(1);
  expect(ended()).toBeNull();
});

it('lets nobody write as somebody else who has signed in since', async () => {
  session = { user: person(2), csrfToken: 'second' };
  const call = expect(write()).rejects.toMatchObject({ status: 403 });
  await vi.waitFor(() => expect(ended()).toEqual({ other: session }));
  expect(client.getQueryData(me.queryKey)?.id).toBe(1);
  enter(client, session);
  await call;
  expect(written).toBe(0);
});

it.each([0, 500, 503])('does not take the answer %i for the end of a session', async (status) => {
  session = status;
  if (status === 0) vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  await look(client);
  expect(ended()).toBeNull();
});

it('waits for a temporary password to be changed before it goes on', async () => {
  session = null;
  const call = write();
  await vi.waitFor(() => expect(ended()).toEqual({ other: null }));
  signedInAgain(client, { user: { ...person(1), mustChangePassword: true }, csrfToken: 'temporary' });
  expect(ended()).toEqual({ other: null });
  session = { user: person(1), csrfToken: 'own' };
  signedInAgain(client, session);
  await call;
  expect(written).toBe(1);
});
