import { authEndpoints } from '@opex/contracts/auth';
import { beforeEach, expect, it, vi } from 'vitest';
import { callApi, rememberSession, whenRefused } from './api.ts';

const mine = { userId: 1, csrfToken: 'mine' };
let accepted: string | null = null;
let settle = vi.fn(() => Promise.resolve());
let arrive = () => undefined as void;
let arrival: Promise<void>;

/** A server that answers once it is let, and only the session it accepts. */
beforeEach(() => {
  accepted = null;
  arrival = new Promise((resolve) => (arrive = resolve));
  settle = vi.fn(() => Promise.resolve());
  whenRefused(settle);
  rememberSession(mine);
  vi.stubGlobal('fetch', async (_address: string, { headers }: RequestInit) => {
    await arrival;
    const isAccepted = new Headers(headers).get('x-csrf-token') === accepted;
    return isAccepted ? new Response(null, { status: 204 }) : Response.json({}, { status: 401 });
  });
});

const write = () => callApi(authEndpoints.endOtherSessions);

it('asks again in the session the same person goes on in', async () => {
  settle.mockImplementation(() => {
    accepted = 'second';
    rememberSession({ userId: 1, csrfToken: 'second' });
    return Promise.resolve();
  });
  arrive();
  await write();
  expect(settle).toHaveBeenCalledExactlyOnceWith(401);
});

it('never repeats for another account what the first one asked', async () => {
  settle.mockImplementation(() => {
    accepted = 'other';
    rememberSession({ userId: 2, csrfToken: 'other' });
    return Promise.resolve();
  });
  arrive();
  await expect(write()).rejects.toMatchObject({ status: 401 });
});

it('does not take a late refusal from before the sign-in for the end of the session there is now', async () => {
  accepted = 'second';
  const call = write();
  rememberSession({ userId: 1, csrfToken: 'second' });
  arrive();
  await call;
  expect(settle).not.toHaveBeenCalled();
});

it('gives up where nobody signs in', async () => {
  arrive();
  await expect(write()).rejects.toMatchObject({ status: 401 });
});

it('says in words what a proxy refused as too large', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>413</html>', { status: 413 })));
  await expect(write()).rejects.toMatchObject({ status: 413, message: expect.stringMatching(/^This is larger than/) });
});
