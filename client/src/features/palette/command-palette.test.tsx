import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { renderPage } from '../../test/render-page.tsx';
import { CommandPalette } from './command-palette.tsx';

function open() {
  const run = vi.fn();
  const close = vi.fn();
  const palette = (
    <CommandPalette
      pages={[
        { title: 'Dashboard', path: '/' },
        { title: 'Budget tracker', path: '/tracker' },
      ]}
      actions={[{ title: 'Colours: dark', run }]}
      onClose={close}
    />
  );
  const hits = [
    { kind: 'service', id: 7, title: 'SVC-0007', detail: 'Cloud hosting' },
    { kind: 'vendor', id: 4, title: 'Cloudway', detail: 'Vendor' },
  ];
  const waiting: (() => void)[] = [];
  const answers = ({ path }: { path: string }) =>
    path === '/api/search' ? new Promise((resolve) => waiting.push(() => resolve({ data: hits }))) : undefined;
  const answer = async () => {
    await waitFor(() => expect(waiting).not.toEqual([]));
    waiting.shift()?.();
  };
  return { ...renderPage(palette, { address: '/audit?fy=FY26&page=3', answers }), run, close, answer };
}
const write = (words: string) => fireEvent.change(screen.getByRole('combobox'), { target: { value: words } });

test('goes to a page by the keyboard and keeps the year', async () => {
  const { close } = open();
  await userEvent.type(screen.getByRole('combobox'), 'track{Enter}');
  expect(window.location).toMatchObject({ pathname: '/tracker', search: '?fy=FY26' });
  expect(close).toHaveBeenCalled();
});

test('runs a command', async () => {
  const { run } = open();
  await userEvent.type(screen.getByRole('combobox'), 'dark{Enter}');
  expect(run).toHaveBeenCalledOnce();
});

test('finds services and vendors, and asks once the typing pauses', async () => {
  const { asked, answer } = open();
  for (const words of ['cl', 'clou', 'cloud']) write(words); // no time passes between them
  await answer();
  await userEvent.click(await screen.findByRole('option', { name: /Cloudway/ }));
  await waitFor(() => expect(window.location.search).toBe('?fy=FY26&vendor=4'));
  expect(asked.map(({ query }) => query.get('q'))).toEqual(['cloud']);
});

test('Enter waits for what is being looked for, and nothing is said to be missing until then', async () => {
  const { answer } = open();
  write('SVC-0007');
  screen.getByText('Looking');
  await userEvent.keyboard('{Enter}');
  expect(window.location.pathname).toBe('/audit');
  await answer();
  await waitFor(() => expect(window.location.pathname).toBe('/services/7'));
});

test('what is found does not come between Enter and a command', async () => {
  const { run, answer } = open();
  write('dark');
  await answer();
  await screen.findByRole('option', { name: /SVC-0007/ });
  await userEvent.keyboard('{Enter}');
  expect(run).toHaveBeenCalledOnce();
});
