import { screen, waitFor } from '@testing-library/react';
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
  const answers = ({ path }: { path: string }) => (path === '/api/search' ? { data: hits } : undefined);
  return { ...renderPage(palette, { address: '/audit?fy=FY26&page=3', answers }), run, close };
}

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
  const { asked } = open();
  await userEvent.type(screen.getByRole('combobox'), 'cloud');
  await userEvent.click(await screen.findByRole('option', { name: /Cloudway/ }));
  await waitFor(() => expect(window.location.search).toBe('?fy=FY26&vendor=4'));
  expect(asked.map(({ query }) => query.get('q'))).toEqual(['cloud']);
});
