import { authEndpoints } from '@opex/contracts/auth';
import { beforeEach, expect, it, vi } from 'vitest';
import { callApi, rememberCsrfToken, whenSignedOut } from './api.ts';

const signedOut = vi.fn();
beforeEach(() => {
  signedOut.mockClear();
  whenSignedOut(signedOut);
  vi.stubGlobal('fetch', async () => {
    await arrival;
    return Response.json({}, { status: 401 });
  });
});
let arrive = () => undefined as void;
let arrival: Promise<void>;
beforeEach(() => {
  arrival = new Promise((resolve) => (arrive = resolve));
});

it('says that the session has ended when an answer says so', async () => {
  rememberCsrfToken('mine');
  const call = callApi(authEndpoints.sessions);
  arrive();
  await expect(call).rejects.toMatchObject({ status: 401 });
  expect(signedOut).toHaveBeenCalledOnce();
});

it('does not take a late refusal from before the sign-in for the end of the session', async () => {
  rememberCsrfToken(null);
  const call = callApi(authEndpoints.sessions);
  rememberCsrfToken('mine');
  arrive();
  await expect(call).rejects.toMatchObject({ status: 401 });
  expect(signedOut).not.toHaveBeenCalled();
});
