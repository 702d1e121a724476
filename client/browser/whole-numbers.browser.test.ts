import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeBeforeClose, type Person, settled } from './product.ts';
import { change, currentYear } from './tracker.ts';

/** The amounts of a page of which a part cannot be seen: cut by a box, or outside of the window. */
const cutAmounts = (page: Page, mayScroll: boolean) =>
  page.evaluate((isScrollFine) => {
    const cut: string[] = [];
    /** A grid scrolls sideways as a whole, with its totals: there a cell must show all of its amount. */
    const ends = '.MuiDataGrid-virtualScroller, [aria-label="Totals"], [role=group][aria-label$=" by month"]';
    const check = (box: { left: number; right: number }, from: Element | null, words: string) => {
      for (let part = from; part; part = part.parentElement) {
        const { overflowX } = getComputedStyle(part);
        if (part.matches(ends) || part.matches('.visually-hidden')) return;
        if (overflowX === 'visible') continue;
        if (isScrollFine && overflowX === 'auto') return;
        const { left, right } = part.getBoundingClientRect();
        if (box.left < left - 0.5 || box.right > right + 0.5) {
          cut.push(`${words} in ${part.tagName} ${part.getAttribute('data-field') ?? part.className}`);
          return;
        }
      }
      if (box.left < 0 || box.right > innerWidth) cut.push(`${words} outside of the window`);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const words = node.textContent ?? '';
      if (!/\d\.\d\d|\d,\d\d/.test(words)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) if (box.width > 0) check(box, node.parentElement, words);
    }
    for (const input of document.querySelectorAll('input'))
      if (/\d\.\d/.test(input.value) && input.scrollWidth > input.clientWidth) cut.push(`${input.value} in an input`);
    return cut;
  }, mayScroll);

const pages = [
  '/',
  '/?tables=months,towers,vendors',
  '/tracker',
  '/tracker?cols=uid,budget,actual,variance,ytdBudget,ytdActual,ytdVariance,previousBudget',
  '/tracker?view=months',
  '/services/1',
  '/services/1?tab=months',
  '/services/1?tab=entities',
  '/services/1?tab=history',
  '/masters/allocation-keys',
  '/masters/currency-rates',
];

describeBeforeClose('No number is cut', (given) => {
  let reader: Person;
  beforeAll(async () => {
    const { label: fy } = await currentYear(given.admin);
    const largest = Array.from({ length: 12 }, (_, index) => [String(index + 1), '999999999999.99']);
    await change(given.admin, 1, fy, { months: Object.fromEntries(largest) });
    await change(given.admin, 2, fy, { months: { 1: '-888888888888.88', 2: '0.01' } });
    reader = await given.person('Editor');
  });

  // 640 pixels are what 200 % leaves of 1280.
  for (const width of [1920, 1280, 640, 390]) {
    for (const isExact of [true, false]) {
      it(`at ${width} pixels, amounts ${isExact ? 'in full' : 'in lakh'}`, async () => {
        const { page } = await given.open('/', reader, { width, isExact });
        const cut: string[] = [];
        for (const path of pages) {
          await page.goto(given.product.url + path);
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await settled(page);
          const isDashboard = path.startsWith('/?') || path === '/';
          const found = await cutAmounts(page, width < 1280 && path !== '/');
          cut.push(...found.map((words) => `${path}: ${words}`));
          if (isDashboard && path === '/') expect(await page.locator('dl dd').count()).toBeGreaterThan(0);
        }
        expect(cut).toEqual([]);
      });
    }
  }

  it('and one that rounds to nothing is neither 0.00 nor over nor under', async () => {
    const { page } = await given.open('/tracker?view=months', reader, { width: 1920 });
    await expect.poll(() => page.locator('[data-id="2"] [data-field=m2]').textContent()).toBe('<0.01');
    await page.goto(`${given.product.url}/services/2?tab=months`);
    await settled(page);
    expect(await page.locator('main').textContent()).not.toMatch(/[+-]0\.00/);
  });
});
