import { expect, test } from 'vitest';
import { isGivenUp, switchedOff, whyOff } from './deliveries.rules.ts';
import { hourMs } from '../../lib/time.ts';

const since = '2026-11-24T10:00:00Z';
const after = (hours: number) => new Date(Date.parse(since) + hours * hourMs);

test.each([
  [10, 24, true],
  [9, 100, false],
  [1_000, 23.9, false],
])('%i failures in %d hours: given up %s', (failures, hours, isOver) =>
  expect(isGivenUp({ failures, failingSince: since }, after(hours))).toBe(isOver),
);

test('administrators read what happened and what to do', () => {
  const why = whyOff({ failures: 12, failingSince: since }, 'The other end answered 500');
  expect(why).toBe(
    'Nothing has arrived since 2026-11-24 10:00 UTC, in 12 tries. The last one: The other end answered 500',
  );
  expect(switchedOff('a@example.test', 'Ledger', why, 'https://opex.example')).toMatchObject({
    subject: 'The webhook Ledger was switched off',
    text: expect.stringContaining('send a test under Webhooks'),
  });
});
