import { expect, test } from 'vitest';
import html from '../../index.html?raw';
import { size, theme } from './theme.ts';

/** index.html paints a frame of the page before any script runs; nothing may move or change its colour when the page comes. */

test('the first paint has the sizes of the page', () => {
  expect(html).toContain(`grid: ${size.bar}px 1fr / ${size.navigation}px 1fr;`);
  expect(html).toContain(`@media (max-width: ${theme.breakpoints.values.md - 1}px)`);
});

test.each(['light', 'dark'] as const)('the first paint has the colours of the %s page', (scheme) => {
  const { background, divider } = theme.colorSchemes[scheme]!.palette;
  for (const rule of [`--page: ${background.default};`, `--bar: ${background.paper};`, `--line: ${divider};`])
    // Dark is said twice: for those who chose it, and for those whose system did.
    expect(html.split(rule), rule).toHaveLength(scheme === 'dark' ? 3 : 2);
});
