import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { cell, listOf } from './tracker.ts';

const grid = (page: Page) => page.getByRole('grid', { name: 'Budget tracker' });
const depth = (page: Page) => page.evaluate(() => history.length);
const searchOf = (page: Page) => new URL(page.url()).search;
const gridTop = (page: Page) => page.evaluate(() => document.querySelector('.MuiDataGrid-virtualScroller')!.scrollTop);
const pageTop = (page: Page) => page.evaluate(() => document.querySelector('main')!.scrollTop);
const hasFocus = (page: Page, selector: string) =>
  page.evaluate((wanted) => document.activeElement?.closest(wanted) !== null, selector);
/** Whether the address stays as it is once everything asked for is there. */
async function isAtRest(page: Page) {
  await settled(page);
  const [address, length] = [page.url(), await depth(page)];
  await page.waitForTimeout(500);
  expect([page.url(), await depth(page)]).toEqual([address, length]);
}

describeInBrowser('The way back', (given) => {
  it('leaves an address that is sorted by a column that is not chosen, shows the column, and goes back', async () => {
    const { page } = await given.open('/', await given.person('Viewer'));
    for (const card of [1, 2, 3, 4]) {
      const link = page.locator('dl dd a').nth(card);
      await link.waitFor();
      await settled(page);
      const before = await depth(page);
      const address = await link.getAttribute('href');
      await link.click();
      await grid(page).waitFor();
      await isAtRest(page);
      expect(new URL(page.url()).pathname + searchOf(page)).toBe(address);
      // The first of a visit cuts off what lay ahead; then the length stays what it was.
      expect(await depth(page)).toBeLessThanOrEqual(before + 1);
      await expect.poll(() => page.locator('[role=columnheader][aria-sort=descending]').count()).toBe(1);
      await page.goBack();
      await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    }
  });

  it('keeps such an address in a fresh tab, in every list, and says by what it is sorted where no column can', async () => {
    const who = await given.person('Admin');
    const addresses = [
      { path: '/tracker?fy=FY26&sort=-ytdActual&cols=uid,service', column: 'ytdActual' },
      { path: '/tracker?sort=-committed&view=months', words: 'Sorted by Committed, descending' },
      { path: '/masters/vendors?sort=-createdAt', words: undefined },
      { path: '/users?sort=-createdAt', words: undefined },
    ];
    for (const { path, column, words } of addresses) {
      const { page } = await given.open(path, who);
      await page.getByRole('grid').waitFor();
      await page.getByRole('gridcell').first().waitFor();
      await isAtRest(page);
      expect(searchOf(page), path).toBe(path.slice(path.indexOf('?')));
      expect(await depth(page), path).toBe(2);
      if (column) await page.locator(`[role=columnheader][data-field=${column}][aria-sort=descending]`).waitFor();
      if (words) await page.getByText(words).waitFor();
    }
  });

  it('finds the tracker as it was left: filters, order, scroll and cell, back, forth and by the link above a service', async () => {
    const { page } = await given.open('/tracker?sort=-budget&limit=100', await given.person('Viewer'), { height: 600 });
    await page.getByRole('gridcell').first().waitFor();
    const listed = (await listOf(given.admin, 'sort=-budget&limit=100')).data;
    const { id, uid } = listed[40]!;
    await grid(page).locator('[role=row][data-id]').first().hover();
    const link = page.getByRole('link', { name: uid, exact: true });
    while ((await link.count()) === 0) {
      await page.mouse.wheel(0, 300);
      await page.waitForTimeout(100);
    }
    await cell(page, id, 'service').click();
    await link.click();
    await page.getByRole('heading', { level: 1, name: new RegExp(uid) }).waitFor();
    await page.getByRole('tab', { name: 'Entities' }).click();
    const isAsLeft = async () => {
      await grid(page).waitFor();
      await expect.poll(() => searchOf(page)).toBe('?sort=-budget&limit=100');
      await expect.poll(() => gridTop(page)).toBeGreaterThan(200);
      await expect.poll(() => hasFocus(page, `[data-id="${id}"] [data-field="uid"]`)).toBe(true);
    };
    await page.goBack();
    await page.getByRole('tab', { name: 'Overview', selected: true }).waitFor();
    await page.goBack();
    await isAsLeft();
    await page.goForward();
    await page.getByRole('tab', { name: 'Overview', selected: true }).waitFor();
    await page.goForward();
    await page.getByRole('tab', { name: 'Entities', selected: true }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Budget tracker' }).click();
    await isAsLeft();
  });

  it('takes the year chosen on the service along to the list it came from', async () => {
    const { page } = await given.open('/tracker?serviceType=Shared&sort=-budget', await given.person('Viewer'));
    await page.getByRole('rowheader').getByRole('link').first().click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    const year = await page.getByRole('combobox', { name: 'Fiscal year' }).locator('option').nth(1).textContent();
    await page.getByRole('combobox', { name: 'Fiscal year' }).selectOption(year);
    await page.getByRole('main').getByRole('link', { name: 'Budget tracker' }).click();
    await grid(page).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      serviceType: 'Shared',
      sort: '-budget',
      fy: year,
    });
  });

  it('finds the dashboard where it was left, also what was opened there', async () => {
    const { page } = await given.open('/', await given.person('Viewer'), { height: 500 });
    await page.getByRole('button', { name: 'Show By tower as a table' }).click();
    await page.getByRole('table', { name: 'Towers' }).waitFor();
    const link = page
      .getByRole('table', { name: /^Renewals/ })
      .getByRole('link', { name: /^SVC/ })
      .last();
    await link.scrollIntoViewIfNeeded();
    const top = await pageTop(page);
    expect(top).toBeGreaterThan(100);
    const href = await link.getAttribute('href');
    await link.click();
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    expect(await pageTop(page)).toBe(0);
    await page.goBack();
    await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    await expect.poll(async () => Math.abs((await pageTop(page)) - top)).toBeLessThanOrEqual(2);
    await expect.poll(() => hasFocus(page, `a[href="${href}"]`)).toBe(true);
    await page.getByRole('table', { name: 'Towers' }).waitFor();
  });

  it('finds the audit log with the entry that was open', async () => {
    const { page } = await given.open('/audit', await given.person('Admin'), { height: 500 });
    await page
      .getByRole('button', { name: /^Show entry/ })
      .nth(8)
      .click();
    const open = page.getByRole('button', { name: /^Hide entry/ });
    await open.waitFor();
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    await page.goBack();
    await open.waitFor();
  });

  for (const path of ['/tracker', '/masters/vendors', '/users', '/audit', '/masters/currency-rates']) {
    it(`says of ${path} what in its address is wrong, and that there is no such page`, async () => {
      const { page } = await given.open(`${path}?towr=3&limit=many`, await given.person('Admin'));
      const note = page.getByRole('alert').filter({ hasText: 'towr=3, limit=many' });
      await note.waitFor();
      await isAtRest(page);
      await note.getByRole('button', { name: 'Remove it' }).click();
      await note.waitFor({ state: 'hidden' });
      expect(searchOf(page)).toBe('');
      if (path === '/masters/currency-rates') return; // the company has none, or few
      for (const far of [99, 999]) {
        await page.goto(`${given.product.url}${path}?page=${far}`);
        await page.getByText(`There is no page ${far}`).waitFor();
        expect(searchOf(page)).toBe(`?page=${far}`);
        await page.getByRole('button', { name: /^Go to the (last|first) page/ }).click();
        await page.getByText(`There is no page ${far}`).waitFor({ state: 'hidden' });
      }
    });
  }

  it('says of a wrong filter that it narrows nothing', async () => {
    const { page } = await given.open(
      '/tracker?tower=cloud&exception=late&budget.gte=12L',
      await given.person('Viewer'),
    );
    await page.getByRole('alert').getByText('tower=cloud, exception=late, budget.gte=12L').waitFor();
    expect(await page.getByRole('group', { name: 'Filters' }).locator('.MuiChip-label').count()).toBe(0);
  });
});

describeInBrowser('A click beside a dialog, or Escape', (given) => {
  const dialogs = [
    { path: '/tracker', button: 'New service', label: /^UID/ },
    { path: '/users', button: 'Add user', label: 'Name' },
    { path: '/masters/towers', button: 'Add tower', label: 'Name' },
    { path: '/masters/currencies', button: 'Add currency', label: 'Name' },
    { path: '/masters/currency-rates', button: 'Add rate', label: /for one/ },
    { path: '/masters/allocation-keys', button: 'Add key', label: 'Name' },
    { path: '/account', button: 'Make a key', label: 'Name' },
    { path: '/services/1', button: 'Retire', label: 'Reason' },
  ];
  for (const { path, button, label } of dialogs) {
    it(`asks before it loses what was typed: ${button}`, async () => {
      const { page } = await given.open(path, await given.person('Admin'));
      const dialog = page.getByRole('dialog').first();
      const question = page.getByRole('dialog', { name: 'Discard what you typed?' });
      const open = () => page.getByRole('button', { name: button, exact: true }).first().click();
      await open();
      await dialog.waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' }); // nothing was typed
      await open();
      const input = page.getByLabel(label, typeof label === 'string' ? { exact: true } : {}).last();
      await input.fill('typed');
      await page.mouse.click(5, 5);
      await question.waitFor();
      await question.getByRole('button', { name: 'Keep editing' }).click();
      await question.waitFor({ state: 'hidden' });
      expect((await input.inputValue()).toLowerCase()).toBe('typed');
      await page.keyboard.press('Escape');
      await question.getByRole('button', { name: 'Discard' }).click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      await open();
      expect(await input.inputValue()).toBe('');
    });
  }
});
