import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { problemAnswer, renderPage, type Answers } from '../../test/render-page.tsx';
import { MastersPage } from './masters-page.tsx';

const vendors = [
  { id: 5, name: 'Acme', retired: false, usedBy: 12, version: 2 },
  { id: 6, name: 'Acme Ltd', retired: false, usedBy: 1, version: 1 },
];
const beta = { id: 7, name: 'Beta', retired: false, usedBy: 0, version: 1 };
const page = (data: unknown[]) => ({
  data,
  pagination: { page: 1, limit: 50, total: data.length, pages: 1, next: null },
});

const open = (kind: string, answers: Answers) =>
  renderPage(<MastersPage />, {
    address: `/masters/${kind}`,
    path: '/masters/:kind',
    answers: (asked) =>
      answers(asked) ?? (asked.method === 'GET' && asked.path === '/api/vendors' ? page(vendors) : undefined),
  });

test.each(['vendors', 'currencies', 'currency-rates', 'allocation-keys'])(
  'who sees only some entities reads %s, and why there is nothing to change them with',
  async (kind) => {
    renderPage(<MastersPage />, {
      address: `/masters/${kind}`,
      path: '/masters/:kind',
      role: 'Approver',
      entityIds: [1],
      answers: ({ path }) => {
        if (path === '/api/allocation-keys') return { data: [key] };
        if (path === '/api/currencies') return { baseCurrency: 'INR', data: [dollar] };
        return path === '/api/currency-rates' ? page([rate]) : page(vendors);
      },
    });
    await screen.findByText(/ask a person who sees all entities/);
    await screen.findAllByText(/^(Acme|US dollar|83.10|Headcount)$/);
    expect(screen.queryByRole('button', { name: /^(Add|Change|New values)/ })).toBeNull();
  },
);

const dollar = { id: 2, code: 'USD', name: 'US dollar', retired: false, version: 1 };
const rate = {
  id: 3,
  set: 'PLAN',
  currencyId: 2,
  currency: 'USD',
  effectiveDate: '2025-04-01',
  rate: '83.10',
  version: 1,
};

async function choose(subject: string, action: string) {
  await userEvent.click(await screen.findByRole('button', { name: `Change ${subject}` }));
  await userEvent.click(await screen.findByRole('menuitem', { name: action }));
  return screen.findByRole('dialog');
}

test('a name that somebody else has changed meanwhile is asked about, and mine can still be saved', async () => {
  const now = { ...vendors[0]!, name: 'Acme GmbH', version: 3 };
  const { asked } = open('vendors', ({ method, path, headers }) => {
    if (method === 'PATCH')
      return headers.get('if-match') === '"v3"' ? { ...now, version: 4 } : problemAnswer(412, 'Changed');
    return path === '/api/vendors/5' ? now : undefined;
  });
  const dialog = await choose('Acme', 'Rename');
  await userEvent.type(within(dialog).getByLabelText('Name'), ' Inc');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Rename' }));

  const conflict = await screen.findByRole('dialog', { name: 'Somebody else changed this meanwhile' });
  within(conflict).getByLabelText('Take theirs: Acme GmbH');
  await userEvent.click(within(conflict).getByLabelText('Keep mine: Acme Inc'));
  await userEvent.click(within(conflict).getByRole('button', { name: 'Continue' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  const sent = asked.filter(({ method }) => method === 'PATCH');
  expect(sent.map(({ headers, body }) => [headers.get('if-match'), body])).toEqual([
    ['"v2"', { name: 'Acme Inc' }],
    ['"v3"', { name: 'Acme Inc' }],
  ]);
});

test('what is used opens in the tracker, and cannot be deleted: the server says why', async () => {
  const words = 'This vendor is in use; retire it, or merge it into another';
  const { asked } = open('vendors', ({ method }) => (method === 'DELETE' ? problemAnswer(409, words) : undefined));

  const uses = await screen.findByRole('link', { name: '12 services use Acme' });
  expect(uses.getAttribute('href')).toBe('/tracker?vendor=5');
  const dialog = await choose('Acme', 'Delete');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete' }));

  expect((await within(dialog).findByRole('alert')).textContent).toBe(words);
  expect(asked.find(({ method }) => method === 'DELETE')?.headers.get('if-match')).toBe('"v2"');
});

test('merging says what happens and needs the other one', async () => {
  const { asked } = open('vendors', ({ method }) => (method === 'POST' ? vendors[1] : undefined));

  const dialog = await choose('Acme', 'Merge into another');
  expect(within(dialog).getByRole('button', { name: 'Merge' })).toHaveProperty('disabled', true);
  await userEvent.click(await screen.findByRole('option', { name: 'Acme Ltd' }));
  within(dialog).getByText(/12 services will use Acme Ltd instead of Acme/);
  expect(within(dialog).getByRole('button', { name: 'Merge' })).toHaveProperty('disabled', true);
  await userEvent.type(within(dialog).getByLabelText('Reason'), 'One supplier');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Merge' }));

  await waitFor(() => expect(asked.find(({ method }) => method === 'POST')?.path).toBe('/api/vendors/5/merge'));
  const sent = asked.find(({ method }) => method === 'POST');
  expect(sent?.body).toEqual({ intoId: 6, intoVersion: 1, reason: 'One supplier' });
  expect(sent?.headers.get('if-match')).toBe('"v2"');
  expect(sent?.headers.get('idempotency-key')).toMatch(/^[0-9a-f]{32}$/);
});

test('a merge is undone with a reason, once, and the server says what stands in its way', async () => {
  const merged = {
    id: 3,
    at: '2026-01-02T10:00:00Z',
    actor: 'Ravi',
    kind: 'vendors',
    from: 'Acme Limited',
    into: 'Acme',
    reason: 'One supplier',
    undoneAt: null,
    version: 1,
  };
  const undone = { ...merged, id: 4, from: 'Akme', undoneAt: '2026-01-03T10:00:00Z', version: 2 };
  const words = 'There is already a vendor with the name "Acme Limited"';
  const { asked } = open('merges', ({ method, path }) =>
    method === 'POST' ? problemAnswer(409, words) : path === '/api/master-merges' ? page([merged, undone]) : undefined,
  );
  await screen.findByText('Akme');
  expect(screen.queryByRole('button', { name: 'Change the merge of Akme into Acme' })).toBeNull();
  const dialog = await choose('the merge of Acme Limited into Acme', 'Undo');
  await userEvent.type(within(dialog).getByLabelText('Reason'), 'They are two');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Undo' }));
  expect((await within(dialog).findByRole('alert')).textContent).toBe(words);
  const sent = asked.find(({ method }) => method === 'POST');
  expect([sent?.path, sent?.body]).toEqual(['/api/master-merges/3/undo', { reason: 'They are two' }]);
  expect(sent?.headers.get('if-match')).toBe('"v1"');
});

test('Enter takes no name that was found for other words, while those that were typed are looked for', async () => {
  let find = (_: object) => undefined as void;
  const found = new Promise<object>((resolve) => (find = resolve));
  open('vendors', ({ path, query }) =>
    path === '/api/vendors' ? (query.get('q') === 'Be' ? found : page([...vendors, beta])) : undefined,
  );
  const dialog = await choose('Acme', 'Merge into another');
  await screen.findByRole('option', { name: 'Acme Ltd' });
  await userEvent.type(within(dialog).getByRole('combobox'), 'Be{Enter}');
  expect(within(dialog).queryByText(/will use Acme Ltd/)).toBeNull();
  find(page([beta]));
  await screen.findByRole('option', { name: 'Beta' });
  await userEvent.keyboard('{Enter}');
  await within(dialog).findByText(/12 services will use Beta instead of Acme/);
  // What is typed in it would be there again on the next page.
  await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
});

test('pressing for the next page twice goes two pages on, also before the first one is there', async () => {
  open('vendors', ({ path, query }) =>
    path === '/api/vendors'
      ? {
          data: vendors,
          pagination: { page: Number(query.get('page') ?? 1), limit: 2, total: 9, pages: 5, next: null },
        }
      : undefined,
  );
  const next = await screen.findByRole('button', { name: 'Next page' });
  act(() => {
    next.click();
    next.click();
  });
  await screen.findByText('5–6 of 9');
});

const key = {
  id: 1,
  version: 1,
  name: 'Headcount',
  driverType: 'People',
  retired: false,
  usedBy: 3,
  versions: [
    {
      id: 9,
      validFrom: '2025-04-01',
      total: '100',
      drivers: [
        { entityId: 1, entity: 'North', value: '98', percent: '98.00' },
        { entityId: 2, entity: 'South', value: '2', percent: '2.00' },
      ],
    },
  ],
};
const entities = ['North', 'South', 'West'].map((name, index) => ({
  id: index + 1,
  name,
  retired: false,
  usedBy: 0,
  version: 1,
}));

const moved = (now: string, then: string, difference: string) => ({ now, then, difference });
const nothing = moved('0.00', '0.00', '0.00');
const preview = {
  services: 3,
  changedServices: 2,
  softMonths: ['Jun 2025'],
  years: [
    {
      fy: 'FY26',
      entities: [
        {
          entityId: 1,
          entity: 'North',
          budget: moved('60.00', '50.00', '-10.00'),
          actual: nothing,
          committed: nothing,
        },
        {
          entityId: null,
          entity: 'Unallocated',
          budget: moved('40.00', '50.00', '10.00'),
          actual: nothing,
          committed: nothing,
        },
      ],
      totals: { budget: moved('100.00', '100.00', '0.00'), actual: nothing, committed: nothing },
    },
  ],
};

test('a key takes a column of values from Excel, from a month on, and shows what moves before it is saved', async () => {
  const { asked } = open('allocation-keys', ({ method, path }) => {
    if (path.endsWith('/preview')) return preview;
    if (method === 'POST') return key;
    return path === '/api/allocation-keys' ? { data: [key] } : path === '/api/entities' ? page(entities) : undefined;
  });
  const table = await screen.findByRole('table', { name: 'Drivers by entity' });
  await within(table).findByRole('row', { name: /West/ });

  await userEvent.click(screen.getByRole('button', { name: 'New values from a month on' }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.type(within(dialog).getByLabelText('From the month'), '2026-01');
  await userEvent.click(within(dialog).getByLabelText('Value of North'));
  await userEvent.paste('50\n25\n25\n');
  within(dialog).getByText('50.00 %');
  await userEvent.click(within(dialog).getByRole('button', { name: 'Preview' }));

  const version = {
    validFrom: '2026-01-01',
    drivers: [
      { entityId: 1, value: '50' },
      { entityId: 2, value: '25' },
      { entityId: 3, value: '25' },
    ],
  };
  const shown = await screen.findByRole('table', { name: 'Budget of FY26 by entity' });
  within(shown).getByRole('row', { name: 'North 60.00 50.00 -10.00' });
  within(shown).getByRole('row', { name: 'All entities 100.00 100.00 -' });
  screen.getByText(/The shares of 2 services change/);
  screen.getByText('Jun 2025 is being closed and would change too.');
  expect(screen.getByRole('alert').textContent).toContain('would fall on nobody');
  const posts = () => asked.filter(({ method }) => method === 'POST');
  expect(posts().map(({ body }) => body)).toEqual([{ version }]);

  const save = screen.getByRole('button', { name: 'Save' });
  expect(save.hasAttribute('disabled')).toBe(true);
  await userEvent.type(screen.getByLabelText('Reason'), 'Counted again');
  await userEvent.click(save);
  await waitFor(() => expect(posts()).toHaveLength(2));
  expect(posts()[1]?.body).toEqual({ ...version, reason: 'Counted again' });
});
