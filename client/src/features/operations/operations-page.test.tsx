import type { Operations } from '@opex/contracts/operations';
import { screen, within } from '@testing-library/react';
import { expect, test } from 'vitest';
import { since } from '../../domain/words/since.ts';
import { problemAnswer, renderPage } from '../../test/render-page.tsx';
import { OperationsPage } from './operations-page.tsx';
import { duration, share, verdict } from './operations.words.ts';

const well: Operations = {
  checkedAt: '2026-01-02T10:00:00.000Z',
  findings: [],
  process: {
    version: '1.2.3',
    startedAt: '2026-01-02T08:00:00.000Z',
    memoryBytes: 104_857_600,
    memoryLimitBytes: 536_870_912,
    eventLoopP99Ms: 11.4,
    streams: 3,
    people: 2,
  },
  requests: { answered: 100_000, failed: 1, turnedAway: 0, p95Ms: 24, lastFailedAt: '2026-01-02T09:12:00.000Z' },
  lately: { answered: 1_000, failed: 0, turnedAway: 0, p95Ms: 24 },
  proxies: { trusted: 1, fewer: 0, asSaid: 1_000, more: 0 },
  cache: { found: 950, loaded: 50, bytes: 1_048_576, limitBytes: 15_728_640 },
  sharedCache: 'in use',
  replica: { state: 'in use', lagSeconds: 0.02 },
  pools: [{ name: 'primary', max: 20, open: 5, idle: 3, waiting: 0 }],
  statements: {
    slow: 0,
    slowAfterMs: 250,
    dearest: [{ name: 'services.page', times: 40, seconds: 2 }],
  },
  processes: [{ address: '10.0.0.7', since: '2026-01-02T08:00:01.000Z' }],
  sealedAt: '2026-01-02T09:59:00.000Z',
  backup: { takenAt: '2026-01-02T01:00:00.000Z', restoredAt: null, isArchiveFailing: false },
  costs: false,
  verification: { at: '2026-01-02T02:30:00.000Z', broken: 0, words: '' },
};
const open = (seen: unknown) =>
  renderPage(<OperationsPage />, { answers: ({ path }) => (path === '/api/operations' ? seen : undefined) });

test('all that is well is said in one line, with the figures below', async () => {
  open(well);
  await screen.findByText('All is well.');
  screen.getByText('99.999 %');
  screen.getByText('1 of 100,000 failed, the last 48 min ago; promised are 99.9 %');
  screen.getByText('95 %');
  screen.getByText('100 MB of 512 MB');
  within(screen.getByRole('table', { name: 'Dearest statements' })).getByText('50 ms');
  expect(screen.queryByRole('list', { name: 'What needs attention' })).toBeNull();
});

test('what is wrong is said first, the urgent before the rest, each with what to do', async () => {
  open({
    ...well,
    findings: [
      { severity: 'warning', what: 'Redis is away', todo: 'Start it' },
      { severity: 'critical', what: 'Six rules are broken', todo: 'Run it again' },
    ],
  });
  await screen.findByText('2 things need attention, 1 of them now.');
  const lines = within(screen.getByRole('list', { name: 'What needs attention' })).getAllByRole('listitem');
  expect(lines.map((line) => line.textContent)).toEqual([
    'Now: Six rules are broken.Run it again.',
    'Soon: Redis is away.Start it.',
  ]);
});

const health = {
  ...{ status: 'ok', database: 'up', databaseDownSince: null, replica: 'in use', cache: 'memory' },
  ...{ changes: 'listening', uptimeSeconds: 60 },
};

test('while the database is away it says since when and what to do, and shows the figures when it is back', async () => {
  const databaseDownSince = new Date(Date.now() - 180_000).toISOString();
  let state: object = { ...health, database: 'down', databaseDownSince, changes: 'interrupted' };
  renderPage(<OperationsPage />, {
    answers: ({ path }) => {
      if (path === '/health') return Response.json(state, { status: state === health ? 200 : 503 });
      return state === health ? well : problemAnswer(503, 'The database does not answer');
    },
  });
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toMatch(/^The database is away since .*, for 3 min\./);
  within(alert).getByText('k8s/runbooks/database-away.md');
  expect(screen.queryByText('All is well.')).toBeNull();
  state = health;
  await screen.findByText('All is well.', {}, { timeout: 10_000 });
  expect(screen.queryByRole('alert')).toBeNull();
}, 20_000);

test('where it is not counted what it costs, the page says how to have it counted', async () => {
  const { asked } = open(well);
  await screen.findByText(/It is not counted/);
  expect(asked.map(({ path }) => path)).not.toContain('/api/costs/realtime');
});

test('where it is counted, the page says what it costs, will cost and could save', async () => {
  const answers: Record<string, unknown> = {
    '/api/operations': { ...well, costs: true },
    '/api/costs/realtime': {
      ...{ currency: 'EUR', at: well.checkedAt, perHour: '1.50', processes: 2, coresUsed: 0.4, gibUsed: 0.5 },
      ...{ requestsPerSecond: 12, today: { soFar: '15.00', expected: '1036.00', budget: '1000.00', state: 'over' } },
    },
    '/api/costs/forecast': {
      ...{ currency: 'EUR', weeks: 3 },
      days: [1, 2].map((day) => ({
        day: `2026-01-0${day}`,
        cost: '30.10',
        low: '20.00',
        high: '40.00',
        state: 'within',
      })),
    },
    '/api/costs/replicas': {
      ...{ weeks: 3, confidence: 'fair', most: 4 },
      hours: [3, 4].map((replicas) => ({ at: `2026-01-02T1${replicas}:00:00.000Z`, replicas, low: 2, high: 5 })),
    },
    '/api/costs/optimization': {
      ...{ currency: 'EUR', hours: 300 },
      findings: [{ what: 'memory', given: 2, used: 0.25, suggested: 0.5, savesPerMonth: '12.00' }],
    },
  };
  renderPage(<OperationsPage />, { answers: ({ path }) => answers[path] });
  const lines = within(await screen.findByRole('table', { name: 'What it costs' })).getAllByRole('row');
  const texts = lines.slice(1).map((line) =>
    within(line)
      .getAllByRole('cell')
      .map((cell) => cell.textContent),
  );
  expect(texts.map((cells) => cells.slice(-2))).toEqual([
    ['1.50 EUR', '2 processes use 0.4 cores and 0.5 GiB'],
    ['1,036.00 EUR', '15.00 EUR so far; over the budget of 1,000.00 EUR'],
    ['60.20 EUR', 'between 40.00 EUR and 80.00 EUR, from 3 weeks'],
    ['at most 4', expect.stringMatching(/^first at .*; fair/)],
    ['saves 12.00 EUR a month', 'given 2, used 0.25: 0.5 would do'],
  ]);
});

test('a server that does not answer is no empty page', async () => {
  open(undefined);
  await screen.findByRole('alert');
});

test('figures are never better than they are', () => {
  expect(share(99_999, 100_000)).toBe('99.9 %');
  expect(share(0, 0)).toBe('none yet');
  expect(duration(1_234)).toBe('1.2 s');
  expect(since('2026-01-02T08:00:00Z', '2026-01-05T08:00:00Z')).toBe('3 days');
  expect(verdict({ ...well, findings: [{ severity: 'warning', what: '', todo: '' }] })).toBe(
    'One thing needs attention; none of it is urgent.',
  );
});
