import { afterEach, expect, test, vi } from 'vitest';
import { holdGuests, letIn, whenReady } from './starting.ts';

afterEach(() => {
  letIn();
  vi.useRealTimers();
});

const come = (url: string) => {
  const enter = vi.fn();
  whenReady(url, enter);
  return enter;
};

test('requests of the API wait until the process is ready, probes and pages do not', () => {
  holdGuests();
  const [api, probe, page] = [come('/api/budgets'), come('/readyz'), come('/tracker')];
  expect([api, probe, page].map((enter) => enter.mock.calls.length)).toEqual([0, 1, 1]);
  letIn();
  expect(api).toHaveBeenCalledOnce();
  expect(come('/api/budgets')).toHaveBeenCalledOnce();
});

test('who waits too long is let through, once', () => {
  vi.useFakeTimers();
  holdGuests();
  const enter = come('/api/budgets');
  vi.advanceTimersByTime(3_000);
  expect(enter).toHaveBeenCalledOnce();
  letIn();
  expect(enter).toHaveBeenCalledOnce();
});

test('no more than some wait', () => {
  holdGuests();
  const waiting = Array.from({ length: 500 }, () => come('/api/budgets'));
  expect(come('/api/budgets')).toHaveBeenCalledOnce();
  expect(waiting.some((enter) => enter.mock.calls.length > 0)).toBe(false);
});
