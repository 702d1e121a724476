import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './product.ts';

const tracker = (page: Page) => page.getByRole('grid', { name: 'Budget tracker' });
const searchOf = (page: Page) => new URLSearchParams(new URL(page.url()).search);
const views = (page: Page, name = 'Views') => page.getByRole('button', { name, exact: true });
const inMenu = (page: Page, name: string | RegExp) => page.getByRole('menuitem', { name });
const dialog = (page: Page) => page.getByRole('dialog').last();

describeInBrowser('A view of the tracker', (given) => {
  it('is kept under a name, opened again in another year, and opens first from the menu', async () => {
    const { page } = await given.open('/tracker?tower=1&sort=-budget', await given.person('Viewer'));
    await tracker(page).getByRole('gridcell').first().waitFor();
    await views(page).click();
    await inMenu(page, /^Save what is shown/).click();
    await page.keyboard.type('Cloud by size');
    await page.keyboard.press('Enter');
    await views(page, 'Cloud by size').waitFor();

    await page.goto(`${given.product.url}/tracker?fy=FY25&q=nothing`);
    await views(page).click();
    await inMenu(page, 'Cloud by size').click();
    await views(page, 'Cloud by size').waitFor();
    const search = searchOf(page);
    expect(Object.fromEntries(search)).toMatchObject({ fy: 'FY25', tower: '1', sort: '-budget' });
    expect(search.get('q')).toBeNull();
    expect(search.get('cols')).toContain('uid');

    await views(page, 'Cloud by size').click();
    await inMenu(page, /^Manage views/).click();
    await page.getByRole('button', { name: 'Change Cloud by size' }).click();
    await inMenu(page, /^Open it first/).click();
    await page.getByRole('row', { name: /Cloud by size.*Yes/ }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('link', { name: 'Dashboard' }).click();
    await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await views(page, 'Cloud by size').waitFor();
    expect(searchOf(page).get('tower')).toBe('1');
  });

  it('that is shared stands in the list of others, who can open but not change it', async () => {
    const name = 'For everyone';
    const owner = await given.open('/tracker?sort=-ytdVariance', await given.person('Editor'));
    await views(owner.page).click();
    await inMenu(owner.page, /^Save what is shown/).click();
    await dialog(owner.page).getByLabel('Name').fill(name);
    await dialog(owner.page)
      .getByRole('checkbox', { name: /^Share with everyone/ })
      .check();
    await dialog(owner.page).getByRole('button', { name: 'Save' }).click();
    await views(owner.page, name).waitFor();

    const { page } = await given.open('/tracker', await given.person('Viewer'));
    await views(page).click();
    await inMenu(page, new RegExp(`^${name}`)).click();
    await expect.poll(() => searchOf(page).get('sort')).toBe('-ytdVariance');
    await views(page, name).click();
    await inMenu(page, /^Manage views/).click();
    await page.getByRole('button', { name: `Change ${name}` }).click();
    await inMenu(page, /^Open it first/).waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(1);
  });

  it('is removed once that is confirmed', async () => {
    const { page } = await given.open('/tracker?q=a', await given.person('Viewer'));
    await views(page).click();
    await inMenu(page, /^Save what is shown/).click();
    await dialog(page).getByLabel('Name').fill('For a day');
    await page.keyboard.press('Enter');
    await views(page, 'For a day').click();
    await inMenu(page, /^Manage views/).click();
    await page.getByRole('button', { name: 'Change For a day' }).click();
    await inMenu(page, /^Remove/).click();
    await dialog(page).getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('row', { name: /For a day/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Done' }).click();
    await views(page).waitFor();
  });
});
