import type { Dashboard } from '@opex/contracts/reports';
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage } from '../../test/render-page.tsx';
import { DashboardPage } from './dashboard-page.tsx';

const labels = [
  'Apr 2025',
  'May 2025',
  'Jun 2025',
  'Jul 2025',
  'Aug 2025',
  'Sep 2025',
  'Oct 2025',
  'Nov 2025',
  'Dec 2025',
  'Jan 2026',
  'Feb 2026',
  'Mar 2026',
];
/** Of the horizon to date. */
const toDate = (budget: string, actual: string, variance: string, variancePercent: string | null) => ({
  compared: { budget, actual, variance, variancePercent },
  ...{ ytdBudget: budget, ytdActual: actual, ytdVariance: variance, ytdVariancePercent: variancePercent },
});

const report: Dashboard = {
  fy: 'FY26',
  through: { period: 9, label: 'Dec 2025' },
  horizon: { kind: 'date', first: 1, last: 9, label: 'Apr\u2013Dec' },
  totals: {
    budget: '516666666.67',
    actual: '375100000.00',
    committed: '20000000.00',
    available: '121566666.67',
    outlook: '504266666.67',
    ...toDate('387500000.00', '375100000.00', '12400000.00', '3.20'),
  },
  previous: {
    fy: 'FY25',
    budget: '480000000.00',
    actual: '470000000.00',
    committed: '0.00',
    ...toDate('360000000.00', '350000000.00', '10000000.00', '2.78'),
  },
  months: labels.map((label, index) => ({
    period: index + 1,
    label,
    budget: '43055555.55',
    actual: index < 9 ? '41677777.77' : '0.00',
    toDate: index < 9,
  })),
  towers: [
    {
      towerId: 3,
      tower: 'Cloud platforms',
      budget: '100000000.00',
      actual: '76840000.00',
      committed: '0.00',
      ...toDate('75000000.00', '76840000.00', '-1840000.00', '-2.45'),
    },
    {
      towerId: null,
      tower: 'No tower',
      budget: '416666666.67',
      actual: '298260000.00',
      committed: '20000000.00',
      ...toDate('312500000.00', '298260000.00', '14240000.00', '4.56'),
    },
  ],
  vendors: [
    {
      ...{ vendorId: 5, vendor: 'Acme', budget: '2000000.00', actual: '900000.00' },
      compared: { budget: '1000000.00', actual: '900000.00', variance: '100000.00', variancePercent: '10.00' },
    },
  ],
  variances: {
    adverse: [
      {
        serviceId: 11,
        uid: 'OPX-011',
        service: 'Object storage',
        tower: 'Cloud platforms',
        ...toDate('100.00', '160.00', '-60.00', '-60.00'),
      },
    ],
    favourable: [],
  },
  renewals: {
    ...{ from: '2026-01-01', until: '2026-05-01', services: 9, budget: '34000000.00' },
    next: [
      {
        serviceId: 12,
        uid: 'OPX-012',
        service: 'Mail',
        vendor: 'Acme',
        dueDate: '2026-01-31',
        days: 30,
        budget: '1200000.00',
      },
    ],
  },
  exceptions: {
    unallocated: { services: 0, budget: '0.00', actual: '0.00' },
    overBudget: { services: 0, ytdVariance: '0.00', atLeast: { amount: '500000.00', percent: '10' } },
    missingRates: [],
  },
};

const columns = '&cols=uid,vendor,service,tower,ytdBudget,ytdActual,ytdVariance,budget,committed&mark=ytdVariance';

const calendar = {
  baseCurrency: 'INR',
  data: [
    {
      id: 1,
      label: 'FY26',
      startDate: '2025-04-01',
      endDate: '2026-03-31',
      reportedThrough: 9,
      current: true,
      plan: null,
      periods: [],
    },
  ],
};

const open = (answer: unknown = report, address = '/?fy=FY26') =>
  renderPage(<DashboardPage />, {
    address,
    answers: ({ path }) =>
      path === '/api/reports/dashboard' ? answer : path === '/api/fiscal-years' ? calendar : undefined,
  });

test('one sentence says over or under, by how much and where, and each part opens its list', async () => {
  open();

  const total = await screen.findByRole('link', { name: '1.24 cr under budget, 3.2 %' });
  expect(total.closest('p')).toHaveProperty(
    'textContent',
    'FY26 to date (Apr\u2013Dec) is 1.24 cr under budget, 3.2 %; Cloud platforms is 18.40 L over.',
  );
  expect(total.getAttribute('href')).toBe(`/tracker?fy=FY26&sort=-ytdVariance${columns}`);
  expect(screen.getByRole('link', { name: 'Cloud platforms is 18.40 L over' }).getAttribute('href')).toBe(
    `/tracker?fy=FY26&tower=3&sort=ytdVariance${columns}`,
  );
});

test('asks for the year and the entity of the address, and keeps them in every link', async () => {
  const { asked } = open(report, '/?fy=FY26&entity=4');

  const link = await screen.findByRole('link', { name: 'FY26 to date (Apr\u2013Dec)' });
  expect(link.getAttribute('href')).toBe('/tracker?fy=FY26&entity=4');
  expect(asked.find(({ path }) => path === '/api/reports/dashboard')?.query.toString()).toBe('fy=FY26&entity=4');
});

test('a figure says with what of the year before it compares', async () => {
  open();
  const words = async () => (await screen.findAllByText(/than/)).map(({ textContent }) => textContent);
  expect(await words()).toEqual([
    '7.6 % more than FY25 to Dec',
    '7.2 % more than FY25 to Dec',
    '7.6 % more than all of FY25',
    '7.3 % more than the spending of FY25',
  ]);
});

test('a figure opens its list, where what it is made of stands beside it', async () => {
  open();
  await screen.findByText('Available, FY26');
  const addressOf = (label: string) =>
    screen.getByText(label).parentElement?.querySelector('a')?.getAttribute('href')?.replace('/tracker?fy=FY26&', '');
  const named = 'cols=uid,vendor,service,tower';
  expect(addressOf('Available, FY26')).toBe(`sort=-budget&${named},budget,actual,committed,available&mark=available`);
  expect(addressOf('Outlook, FY26')).toBe(`sort=-budget&${named},ytdActual,remainingBudget,outlook&mark=outlook`);
  expect(addressOf('Budget, FY26')).toBe(`sort=-budget&${named},committed,budget&mark=budget`);
  expect(addressOf('Actual, Apr\u2013Dec')).toBe(
    `sort=-ytdActual&${named},ytdBudget,ytdActual,ytdVariance,budget,committed&mark=ytdActual`,
  );
});

test('the horizon of the address is asked for and goes along; one that is none is said', async () => {
  const { asked } = open(
    { ...report, horizon: { kind: 'month', first: 7, last: 7, label: 'Oct 2025' } },
    '/?fy=FY26&horizon=7',
  );
  const link = await screen.findByRole('link', { name: 'Oct 2025' });
  expect(link.getAttribute('href')).toBe('/tracker?fy=FY26&horizon=7');
  expect(asked.find(({ path }) => path === '/api/reports/dashboard')?.query.get('horizon')).toBe('7');
  await screen.findByText('7.6 % more than Oct of FY25');
});

test('a horizon that is none counts as to date, and is said', async () => {
  const { asked } = open(report, '/?fy=FY26&horizon=13');
  const note = await screen.findByText(/horizon=13/);
  expect(asked.find(({ path }) => path === '/api/reports/dashboard')?.query.get('horizon')).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Remove it' }));
  expect(note.isConnected).toBe(false);
  expect(window.location.search).toBe('?fy=FY26');
});

test('a chart turns into a table, and the address remembers it', async () => {
  open();

  await userEvent.click(await screen.findByRole('button', { name: 'Show By tower as a table' }));

  const table = await screen.findByRole('table', { name: 'Towers' });
  expect(within(table).getByRole('link', { name: 'No tower' }).getAttribute('href')).toBe(
    `/tracker?fy=FY26&tower.empty=true&sort=-ytdVariance${columns}`,
  );
  expect(window.location.search).toBe('?fy=FY26&tables=towers');
});

test('two charts turned into tables at once are both tables', async () => {
  open();
  await screen.findByRole('button', { name: 'Show By tower as a table' });
  act(() => {
    for (const button of screen.getAllByRole('button', { name: /as a table$/ }).slice(0, 2)) button.click();
  });
  expect(window.location.search).toBe('?fy=FY26&tables=months,towers');
});

test('money at risk in renewals is that of all, and opens all of them', async () => {
  open();

  const renewals = await screen.findByRole('table', { name: 'Renewals in the next 120 days' });
  const all =
    '/tracker?fy=FY26&renewalDate.gte=2026-01-01&renewalDate.lte=2026-05-01&status=Active' +
    '&sort=renewalDate&cols=uid,vendor,service,tower,renewalDate,budget&mark=budget';
  expect(within(renewals).getByRole('link', { name: '340.00' }).getAttribute('href')).toBe(all);
  expect(screen.getByRole('link', { name: 'Show all 9' }).getAttribute('href')).toBe(all);
  expect(within(renewals).getByRole('link', { name: 'OPX-012 Mail' }).getAttribute('href')).toBe(
    '/services/12?fy=FY26',
  );
});

test('exceptions say what waits, and each opens exactly what it counts', async () => {
  open({
    ...report,
    exceptions: {
      unallocated: { services: 2, budget: '50000.00', actual: '10000.00' },
      overBudget: { ...report.exceptions.overBudget, services: 4, ytdVariance: '-5470092.73' },
      missingRates: [
        { currencyId: 2, currency: 'EUR', services: 1, plan: true, actualPeriods: [] },
        { currencyId: 3, currency: 'USD', services: 19, plan: true, actualPeriods: [1, 2, 3, 6] },
      ],
    },
  });

  const list = await screen.findByRole('list', { name: 'Exceptions waiting' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual([
    '4 services are over budget to date by 54.70 L, counted from 5.00 L and 10 % on.',
    '2 services fall on no entity: budget 50,000, actual 10,000. Give each an entity, or an allocation key with values for its months.',
    'EUR has no plan rate dated in FY26; 1 service has FY26 orders in it.',
    'USD has no plan rate dated in FY26 and no actual rate in force at the end of Apr\u2013Jun, Sep; 19 services have FY26 orders in it.',
  ]);
  const addressOf = (name: RegExp) => within(list).getByRole('link', { name }).getAttribute('href');
  expect(addressOf(/over budget/)).toBe(`/tracker?fy=FY26&exception=over-budget&sort=ytdVariance${columns}`);
  expect(addressOf(/on no entity/)).toBe('/tracker?fy=FY26&exception=unallocated');
  expect(addressOf(/no actual rate/)).toBe('/masters/currency-rates?set=ACTUAL&currency=3');
});

test('without exceptions one quiet line says what was looked for', async () => {
  open();
  const note = await screen.findByText(/^No exceptions wait/);
  expect(note.textContent).toBe(
    'No exceptions wait: nothing is unallocated, no service is over budget by 5.00 L and 10 % or more, and no rate is missing.',
  );
  expect(screen.queryByRole('list', { name: 'Exceptions waiting' })).toBeNull();
});

test('an empty year says what to do', async () => {
  open({
    ...report,
    towers: [],
    previous: null,
    totals: { ...report.totals, budget: '0.00', actual: '0.00', committed: '0.00' },
  });
  await screen.findByRole('link', { name: 'Open the budget tracker' });
});

test('an error is said in words, with a retry', async () => {
  open(problemAnswer(503, 'The report is not available for a moment'));

  expect((await screen.findByRole('alert')).textContent).toContain('The report is not available for a moment');
  screen.getByRole('button', { name: 'Try again' });
});
