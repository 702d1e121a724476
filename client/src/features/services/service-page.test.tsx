import { serviceFields } from '@opex/contracts/fields/service';
import type { Service, ServiceMonths } from '@opex/contracts/services';
import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, expect, test } from 'vitest';
import { formatChoice } from '../../domain/amounts/use-format.ts';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { blankService } from '../../test/blank-service.ts';
import { figures } from '../../test/figures.ts';
import { ServicePage } from './service-page.tsx';

const service: Service = {
  ...blankService,
  id: 7,
  version: 3,
  uid: 'OPX-007',
  vendorId: 5,
  vendor: 'Acme',
  vendorService: 'Mail Pro',
  service: 'Mail',
  contract: 'C-7',
  startDate: '2025-04-01',
  endDate: '2026-03-31',
  towerId: 3,
  tower: 'Cloud',
  priority: 'High',
  serviceType: 'Shared',
  owner: 'Asha',
  budgetKeyId: 1,
  budgetKey: 'Headcount',
  actualKeyId: 1,
  actualKey: 'Headcount',
  children: [],
  years: [
    { fy: 'FY26', budget: '1200.00', actual: '300.00', committed: '0.00', variance: '900.00', available: '900.00' },
  ],
};

const months: ServiceMonths = {
  fy: 'FY26',
  version: 3,
  editable: true,
  plan: { name: 'Original', state: 'DRAFT' },
  reportedThrough: 3,
  months: Array.from({ length: 12 }, (_, index) => ({
    number: index + 1,
    label: `Month ${index + 1}`,
    state: 'OPEN',
    stateSince: null,
    budget: '100.00',
    actual: index < 3 ? '100.00' : null,
    previousActual: '90.00',
  })),
};

const history = {
  data: [
    {
      id: 44,
      at: '2026-01-02T10:00:00Z',
      actor: 'Ravi',
      action: 'service.updated',
      fy: null,
      reason: 'New owner',
      changes: { owner: { from: 'Mira', to: 'Asha' } },
    },
  ],
  pagination: { page: 1, limit: 50, total: 1, pages: 1, next: null },
};
const calendar = {
  baseCurrency: 'INR',
  data: [
    {
      id: 1,
      label: 'FY26',
      startDate: '2025-04-01',
      endDate: '2026-03-31',
      reportedThrough: 3,
      current: true,
      plan: null,
      periods: [],
    },
  ],
};

const { children: _children, years: _years, ...fields } = service;
const row = { ...fields, ...figures, months: months.months.map(({ budget }) => budget) };
const monthTotals = { budget: row.months, actual: row.months };
const list = {
  data: [row],
  fy: 'FY26',
  pagination: { page: 1, limit: 1, total: 1, pages: 1, next: null },
  totals: figures,
  monthTotals,
};

beforeEach(() => formatChoice.set({ grouping: 'en-IN', display: 'exact' }));

function open(tab: string, more: Answers = () => undefined, role: 'Admin' | 'Viewer' = 'Admin') {
  return renderPage(<ServicePage />, {
    address: `/services/7?fy=FY26&tab=${tab}`,
    path: '/services/:id',
    role,
    answers: (asked) => {
      const answer = more(asked);
      if (answer !== undefined) return answer;
      if (asked.method !== 'GET') return undefined;
      if (asked.path === '/api/services/7') return service;
      if (asked.path === '/api/services/7/months') return months;
      if (asked.path === '/api/budgets') return list;
      if (asked.path === '/api/services/7/history') return history;
      if (asked.path === '/api/services/7/entities') return { fy: 'FY26', data: shares };
      return asked.path === '/api/fiscal-years' ? calendar : undefined;
    },
  });
}

const share = { committed: '0.00', ytdVariance: '0.00' };
const shares = [
  { entityId: 1, entity: 'North', budget: '800.01', actual: '200.00', ...share },
  { entityId: 2, entity: 'South', budget: '399.99', actual: '100.00', ...share },
];

test('a reader sees months without cells to type in, and is told why', async () => {
  open('months', undefined, 'Viewer');

  await screen.findByText('Your role reads budgets and does not change them.');
  expect(screen.queryByRole('textbox')).toBeNull();
});

test('a field is put back to what it was, with a reason', async () => {
  const { asked } = open('history', ({ path }) =>
    path.endsWith('/restore') ? { ...service, owner: 'Mira' } : undefined,
  );

  await userEvent.click(await screen.findByRole('button', { name: 'Restore Owner' }));
  const dialog = await screen.findByRole('dialog');
  within(dialog).getByText(/Owner becomes Mira again/);
  await userEvent.type(within(dialog).getByLabelText('Reason'), 'Wrong person');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Restore' }));

  await screen.findByText('Owner is Mira again');
  const call = asked.find(({ method }) => method === 'POST');
  expect(call?.path).toBe('/api/services/7/history/44/restore');
  expect(call?.headers.get('if-match')).toBe('"v3"');
  expect(call?.body).toEqual({ field: 'owner', reason: 'Wrong person' });
});

test('a field is changed where it stands', async () => {
  const { asked } = open('overview', ({ method }) =>
    method === 'PATCH' ? problemAnswer(422, 'That is too long') : undefined,
  );

  await userEvent.click(await screen.findByRole('button', { name: 'Change Owner: Asha' }));
  await userEvent.clear(screen.getByLabelText('Owner'));
  await userEvent.type(screen.getByLabelText('Owner'), 'Mira{Enter}');

  await screen.findByText('That is too long');
  expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ owner: 'Mira' });
});

test('a field takes no more than the contract does, and a day as people write one', async () => {
  const { asked } = open('overview', ({ method }) => (method === 'PATCH' ? problemAnswer(503, 'Busy') : undefined));
  await userEvent.click(await screen.findByRole('button', { name: 'Change Owner: Asha' }));
  expect(screen.getByLabelText<HTMLInputElement>('Owner').maxLength).toBe(serviceFields.owner.limit);
  await userEvent.keyboard('{Escape}');

  await userEvent.click(screen.getByRole('button', { name: /^Change Renewal date/ }));
  await userEvent.paste('31-Mar-26');
  await userEvent.keyboard('{Enter}');
  await waitFor(() =>
    expect(asked.find(({ method }) => method === 'PATCH')?.body).toEqual({ renewalDate: '2026-03-31' }),
  );
});

test('a field that somebody else changes under its open editor is asked about', async () => {
  let now = service;
  const { asked, client } = open('overview', ({ method, path, headers }) => {
    if (method === 'PATCH')
      return headers.get('if-match') === `"v${now.version}"` ? now : problemAnswer(412, 'Changed');
    return path === '/api/services/7' ? now : undefined;
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Change Owner: Asha' }));
  await userEvent.clear(screen.getByLabelText('Owner'));
  now = { ...service, version: 4, owner: 'Ravi' };
  await client.invalidateQueries();
  await userEvent.type(screen.getByLabelText('Owner'), 'Mira{Enter}');

  const dialog = await screen.findByRole('dialog', { name: 'Ravi changed this meanwhile' });
  within(dialog).getByLabelText('Take theirs: Ravi');
  within(dialog).getByLabelText('Keep mine: Mira');
  expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
});

test('a field is saved over a change of another one without a question', async () => {
  let now = service;
  const { asked } = open('overview', ({ method, path, headers }) => {
    if (method === 'PATCH' && headers.get('if-match') === '"v4"') return row;
    if (method === 'PATCH') {
      now = { ...service, version: 4, contract: 'C-8' };
      return problemAnswer(412, 'Changed');
    }
    return path === '/api/services/7' ? now : undefined;
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Change Owner: Asha' }));
  await userEvent.type(screen.getByLabelText('Owner'), '{Control>}a{/Control}Mira{Enter}');

  await waitFor(() => expect(asked.filter(({ method }) => method === 'PATCH')).toHaveLength(2));
  await waitFor(() => expect(screen.queryByLabelText('Owner')).toBeNull());
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('the shares of the entities are exact, and come to the service', async () => {
  open('entities');

  const table = await screen.findByRole('table', { name: 'What falls on each entity in FY26' });
  within(table).getByText('800.01');
  within(table).getByText('1,200.00');
  screen.getByText('The shares add up to the service exactly.');
});
