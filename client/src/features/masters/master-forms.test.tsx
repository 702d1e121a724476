import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { MastersPage } from './masters-page.tsx';

const page = (data: unknown[]) => ({
  data,
  pagination: { page: 1, limit: 50, total: data.length, pages: 1, next: null },
});
const dollar = { id: 2, code: 'USD', name: 'US dollar', retired: false, version: 1 };
const month = (label: string, startDate: string, endDate: string, state: string) => ({
  number: 1,
  label,
  startDate,
  endDate,
  state,
  stateSince: null,
});
const year = {
  id: 1,
  label: 'FY26',
  startDate: '2025-04-01',
  endDate: '2026-03-31',
  current: true,
  plan: null,
  reportedThrough: 0,
  periods: [
    month('Apr 2025', '2025-04-01', '2025-04-30', 'CLOSED'),
    month('May 2025', '2025-05-01', '2025-05-31', 'SOFT'),
    month('Jun 2025', '2025-06-01', '2025-06-30', 'OPEN'),
  ],
};
const entities = ['North', 'South'].map((name, index) => ({
  id: index + 1,
  name,
  retired: false,
  usedBy: 0,
  version: 1,
}));

const open = (kind: string, answers: Answers) =>
  renderPage(<MastersPage />, {
    address: `/masters/${kind}`,
    path: '/masters/:kind',
    answers: (asked) => {
      if (asked.method !== 'GET') return answers(asked);
      if (asked.path === '/api/currencies') return { baseCurrency: 'INR', data: [dollar] };
      if (asked.path === '/api/fiscal-years') return { baseCurrency: 'INR', data: [year] };
      if (asked.path === '/api/entities') return page(entities);
      return answers(asked) ?? (asked.path === '/api/allocation-keys' ? { data: [] } : page([]));
    },
  });
const refused = (field: string, message: string) =>
  problemAnswer(422, 'Some fields are not valid', { errors: [{ pointer: `/${field}`, code: 'rule', message }] });
const whyOf = (button: HTMLElement) =>
  document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent;

test('a rate says what is missing, asks why in a month that is being closed, and says what the server refuses', async () => {
  const { asked } = open('currency-rates', ({ method }) =>
    method === 'POST' ? refused('rate', 'A rate that far off needs an approval') : undefined,
  );
  await userEvent.click((await screen.findAllByRole('button', { name: 'Add rate' }))[0]!);
  const dialog = await screen.findByRole('dialog');
  const add = within(dialog).getByRole('button', { name: 'Add' });
  expect(whyOf(add)).toBe('Currency: fill this in');
  await userEvent.click(within(dialog).getByRole('combobox', { name: 'Currency' }));
  await userEvent.click(await screen.findByRole('option', { name: 'USD US dollar' }));
  expect(whyOf(add)).toBe('From: fill this in');
  const from = within(dialog).getByLabelText('From');
  const rate = within(dialog).getByLabelText('INR for one');
  await userEvent.type(rate, '84,1');
  await userEvent.type(from, '2025-04-10');
  expect(whyOf(add)).toBe('This month cannot be changed');
  within(dialog).getByText('Apr 2025: closed, so it cannot change');
  await userEvent.clear(from);
  await userEvent.type(from, '2025-05-10');
  expect((await within(dialog).findByText(/^Use a rate such as/)).getAttribute('role')).toBe('alert');
  await userEvent.clear(rate);
  await userEvent.type(rate, ' 84.1');
  expect(whyOf(add)).toBe('Reason: use at least 3 characters');
  await userEvent.type(within(dialog).getByLabelText('Reason'), 'Fixed late');
  await userEvent.click(add);

  await within(dialog).findByText('A rate that far off needs an approval');
  expect(rate.getAttribute('aria-invalid')).toBe('true');
  await waitFor(() => expect(document.activeElement).toBe(rate));
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    set: 'ACTUAL',
    currencyId: 2,
    effectiveDate: '2025-05-10',
    rate: '84.1',
    reason: 'Fixed late',
  });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' })); // what is typed would be kept
});

test('a rate that somebody else has corrected meanwhile is asked about', async () => {
  const seen = {
    id: 3,
    set: 'ACTUAL',
    currencyId: 2,
    currency: 'USD',
    effectiveDate: '2025-06-01',
    rate: '83.10',
    version: 1,
  };
  let now = seen;
  const { asked } = open('currency-rates', ({ method, path, headers }) => {
    if (method === 'PATCH' && headers.get('if-match') === '"v2"') return { ...now, rate: '85', version: 3 };
    if (method === 'PATCH') {
      now = { ...seen, rate: '84.00', version: 2 };
      return problemAnswer(412, 'Changed');
    }
    return path === '/api/currency-rates' ? page([now]) : undefined;
  });
  await userEvent.click(await screen.findByRole('button', { name: /^Change .*USD/ }));
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Correct' }));
  const rate = within(await screen.findByRole('dialog')).getByLabelText('INR for one');
  await userEvent.clear(rate);
  await userEvent.type(rate, '85');
  await userEvent.click(screen.getByRole('button', { name: 'Correct' }));

  const conflict = await screen.findByRole('dialog', { name: 'Somebody else changed this meanwhile' });
  within(conflict).getByLabelText('Take theirs: 84.00');
  await userEvent.click(within(conflict).getByLabelText('Keep mine: 85'));
  await userEvent.click(within(conflict).getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
    { rate: '85' },
    { rate: '85' },
  ]);
});

test('a key needs a value above zero, and what the server says of its values stands below them', async () => {
  const words = 'One of these entities does not exist';
  const { asked } = open('allocation-keys', ({ method }) =>
    method === 'POST' ? refused('drivers', words) : undefined,
  );
  await userEvent.click((await screen.findAllByRole('button', { name: 'Add key' }))[0]!);
  const dialog = await screen.findByRole('dialog');
  const add = within(dialog).getByRole('button', { name: 'Add' });
  await userEvent.type(within(dialog).getByLabelText('Name'), 'Seats');
  await userEvent.type(within(dialog).getByLabelText('Driver type'), 'People');
  const north = await within(dialog).findByLabelText('Value of North');
  expect(whyOf(add)).toBe('Values: give at least one value');
  await userEvent.type(north, '0');
  expect(whyOf(add)).toBe('Values: give at least one above zero');
  await userEvent.type(within(dialog).getByLabelText('Value of South'), '12,5');
  expect(whyOf(add)).toBe('Values: use a number that is not negative');
  await userEvent.type(within(dialog).getByLabelText('Value of South'), '00');
  await userEvent.click(add);
  expect((await within(dialog).findByRole('alert')).textContent).toBe(words);
  expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
    name: 'Seats',
    driverType: 'People',
    validFrom: '2025-06-01',
    drivers: [
      { entityId: 1, value: '0' },
      { entityId: 2, value: '12500' },
    ],
  });
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
});

test('going back from the preview of a key keeps the values and the reason', async () => {
  const key = {
    id: 1,
    version: 1,
    name: 'Headcount',
    driverType: 'People',
    retired: false,
    usedBy: 0,
    versions: [
      {
        id: 9,
        validFrom: '2025-06-01',
        total: '98',
        drivers: [{ entityId: 1, entity: 'North', value: '98', percent: '100.00' }],
      },
    ],
  };
  open('allocation-keys', ({ method, path }) => {
    if (path.endsWith('/preview')) return { services: 0, changedServices: 0, softMonths: [], years: [] };
    return method === 'GET' && path === '/api/allocation-keys' ? { data: [key] } : refused('validFrom', 'Too early');
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Correct' }));
  const dialog = await screen.findByRole('dialog');
  expect((await within(dialog).findByLabelText<HTMLInputElement>('Value of North')).value).toBe('98');
  await userEvent.type(within(dialog).getByLabelText('Value of South'), '2');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Preview' }));
  await userEvent.type(await screen.findByLabelText('Reason'), 'Counted again');
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  // The month is not on this step, so what is wrong with it is said below.
  expect((await screen.findByRole('alert')).textContent).toContain('Too early');
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect((await screen.findByLabelText<HTMLInputElement>('Value of South')).value).toBe('2');
  await userEvent.click(screen.getByRole('button', { name: 'Preview' }));
  expect((await screen.findByLabelText<HTMLInputElement>('Reason')).value).toBe('Counted again');
  await userEvent.keyboard('{Escape}');
  await userEvent.click(await screen.findByRole('button', { name: 'Discard' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
});
