import { authEndpoints } from '@opex/contracts/auth';
import { busyType } from '@opex/contracts/errors';
import { fiscalYearEndpoints } from '@opex/contracts/fiscal-years';
import { serviceEndpoints } from '@opex/contracts/services';
import { renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { problemAnswer } from '../test/render-page.tsx';
import { callApi, rememberSession } from './api.ts';
import { useIsBusy } from './busy.ts';

const seconds = 1_000;
const refusal =
  (status: number, retryAfter: string | null, type = 'about:blank') =>
  () => {
    const answer = problemAnswer(status, 'Not now', { type });
    if (retryAfter !== null) answer.headers.set('Retry-After', retryAfter);
    return answer;
  };
const busy = refusal(503, '2', busyType);
const fine = () => Response.json({ baseCurrency: 'INR', data: [] });
const done = () => new Response(null, { status: 204 });

/** When each request was made, in milliseconds from the first. */
let asked: { at: number; token: string | null }[];
/** One after the other; the last one from then on. */
let answers: (() => Response)[];
beforeEach(() => {
  vi.useFakeTimers();
  const begun = Date.now();
  asked = [];
  rememberSession({ userId: 1, csrfToken: 'mine' });
  vi.stubGlobal('fetch', (_address: string, { headers }: RequestInit) => {
    asked.push({ at: Date.now() - begun, token: new Headers(headers).get('x-csrf-token') });
    return Promise.resolve((answers.length > 1 ? answers.shift() : answers[0])?.());
  });
});
afterEach(() => vi.useRealTimers());

const read = (signal?: AbortSignal) => callApi(fiscalYearEndpoints.list, signal && { signal });
const write = () => callApi(authEndpoints.endOtherSessions);
const remark = (key: object = {}) =>
  callApi(serviceEndpoints.addRemark, { params: { id: 1 }, body: { text: 'Renewed' }, ...key });

it.each([
  ['503', refusal(503, '2')],
  ['429', refusal(429, '2')],
])('a read that is told %s is made again when the server said, and a little later', async (_, refused) => {
  answers = [refused, refused, fine];
  const call = read();
  await vi.advanceTimersByTimeAsync(60 * seconds);
  await expect(call).resolves.toMatchObject({ data: [] });
  const [, second, third] = asked.map(({ at }) => at);
  expect(second).toBeGreaterThanOrEqual(2 * seconds);
  expect(second).toBeLessThanOrEqual(3 * seconds);
  expect(third).toBeGreaterThanOrEqual((second ?? 0) + 2 * seconds);
  expect(third).toBeLessThanOrEqual((second ?? 0) + 4 * seconds);
});

it('is given up in the end, and then says so', async () => {
  answers = [busy];
  const failed = expect(read()).rejects.toMatchObject({ status: 503, retryAfterSeconds: 2 });
  await vi.advanceTimersByTimeAsync(120 * seconds);
  await failed;
  expect(asked).toHaveLength(8);
});

it('is not waited for where the server does not say how long, or says very long', async () => {
  for (const refused of [refusal(503, null), refusal(429, '3600')]) {
    answers = [refused];
    await expect(read()).rejects.toThrow('Not now');
  }
  expect(asked).toHaveLength(2);
});

it('a write is made again when it was not begun, or when its key says that it is the same', async () => {
  answers = [busy, done];
  const once = write();
  await vi.advanceTimersByTimeAsync(10 * seconds);
  await once;
  expect(asked).toHaveLength(2);

  answers = [refusal(503, '1'), refusal(409, null)];
  const same = expect(remark({ idempotencyKey: 'a key' })).rejects.toMatchObject({ status: 409 });
  await vi.advanceTimersByTimeAsync(10 * seconds);
  await same;
  expect(asked).toHaveLength(4);
});

it('no other write is: it may have been done', async () => {
  answers = [refusal(503, '1')];
  await expect(write()).rejects.toMatchObject({ status: 503 });
  await expect(remark()).rejects.toMatchObject({ status: 503 });
  answers = [refusal(429, '1')];
  await expect(write()).rejects.toMatchObject({ status: 429 });
  expect(asked).toHaveLength(3);
});

it('never makes again as another person what the first one asked', async () => {
  answers = [busy, refusal(403, null)];
  const refused = expect(write()).rejects.toMatchObject({ status: 403 });
  rememberSession({ userId: 2, csrfToken: 'another' });
  await vi.advanceTimersByTimeAsync(10 * seconds);
  await refused;
  expect(asked.map(({ token }) => token)).toEqual(['mine', 'mine']);
});

it('says so while it waits, and no longer', async () => {
  const { result } = renderHook(useIsBusy);
  answers = [refusal(503, '1')];
  await expect(write()).rejects.toThrow();
  expect(result.current).toBe(false);

  answers = [busy, fine];
  const call = read();
  await vi.waitFor(() => expect(result.current).toBe(true));
  await vi.advanceTimersByTimeAsync(10 * seconds);
  await call;
  expect(result.current).toBe(false);

  answers = [busy];
  const leaving = new AbortController();
  const left = expect(read(leaving.signal)).rejects.toThrow('abort');
  await vi.waitFor(() => expect(result.current).toBe(true));
  leaving.abort();
  await left;
  expect(result.current).toBe(false);
  await vi.advanceTimersByTimeAsync(120 * seconds);
  expect(asked).toHaveLength(4);
});
