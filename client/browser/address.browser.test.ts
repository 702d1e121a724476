import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { amountIn, currentYear, listOf } from './tracker.ts';

const uids = (page: Page) => page.locator('[role=row][data-id] [data-field=uid]').allTextContents();
/** The rows on screen, once they are the first of what the API lists. The grid draws no more than fit. */
async function showsListed(page: Page, listed: readonly { uid: string }[]) {
  const expected = listed.map(({ uid }) => uid);
  const shown = async () => {
    const all = await uids(page);
    return all.length > 0 && all.every((uid, index) => uid === expected[index]) ? 'the first rows' : all.join();
  };
  await expect.poll(shown, { message: expected.join() }).toBe('the first rows');
}
const chips = (page: Page) => page.getByRole('group', { name: 'Filters' }).locator('.MuiChip-label').allTextContents();
const sortOf = (page: Page, field: string) =>
  page.locator(`[role=columnheader][data-field=${field}]`).getAttribute('aria-sort');
const yearOf = (page: Page) => page.getByRole('combobox', { name: 'Fiscal year' }).inputValue();
const years = (page: Page) => page.getByRole('combobox', { name: 'Fiscal year' }).locator('option').allTextContents();
const entityOf = (page: Page) => page.getByRole('combobox', { name: 'Entity' }).inputValue();

async function filterOn(page: Page, column: string, fill: () => Promise<void>) {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('menuitem', { name: column, exact: true }).click();
  await fill();
  await page.getByRole('button', { name: 'Apply' }).click();
}

describeInBrowser('The address', (given) => {
  it('reopens the tracker with its filters, order, year, entity, columns and view at another desk', async () => {
    const { page } = await given.open('/tracker', await given.person('Viewer'));
    await page.getByRole('gridcell').first().waitFor();
    await filterOn(page, 'Tower', async () => {
      await page.getByRole('searchbox', { name: 'Any of' }).fill('Net');
      await page.getByRole('checkbox', { name: 'Network' }).check();
    });
    await filterOn(page, 'Budget', () => page.getByRole('textbox', { name: 'From' }).fill('10L'));
    const year = (await years(page))[1] ?? '';
    await page.getByRole('combobox', { name: 'Fiscal year' }).selectOption(year);
    await page.getByRole('combobox', { name: 'Entity' }).selectOption({ index: 1 });
    await page.locator('[role=columnheader][data-field=budget]').click();
    await expect.poll(() => sortOf(page, 'budget')).toBe('descending');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Owner' }).check();
    await page.keyboard.press('Escape');
    await page.getByRole('columnheader', { name: 'Owner' }).waitFor();
    await expect.poll(() => page.url()).toContain('owner');
    const { searchParams } = new URL(page.url());
    const query = new URLSearchParams([...searchParams].filter(([name]) => name !== 'cols'));
    const listed = await listOf(given.admin, `${query.toString()}&limit=50`);
    await showsListed(page, listed.data);

    const other = await given.open(page.url().replace(given.product.url, ''), await given.person('Viewer'));
    await other.page.getByRole('columnheader', { name: 'Owner' }).waitFor();
    await showsListed(other.page, listed.data);
    await expect
      .poll(() => chips(other.page))
      .toEqual(['Tower is Network', 'Budget from 10.00 lakh', expect.stringMatching(/^Share of /)]);
    expect(await sortOf(other.page, 'budget')).toBe('descending');
    await expect.poll(() => yearOf(other.page)).toBe(year);
    const entity = searchParams.get('entity');
    expect(entity).toMatch(/^\d+$/);
    await expect.poll(() => entityOf(other.page)).toBe(entity);

    await other.page.getByRole('button', { name: 'Months', exact: true }).click();
    await other.page.getByRole('columnheader', { name: /^Apr/ }).waitFor();
    const third = await given.open(other.page.url().replace(given.product.url, ''), await given.person('Viewer'));
    await third.page.getByRole('columnheader', { name: /^Apr/ }).waitFor();
    await expect
      .poll(() => chips(third.page))
      .toEqual(['Tower is Network', 'Budget from 10.00 lakh', expect.stringMatching(/^Share of /)]);
  });

  it('goes back from a service to the same list, tab by tab', async () => {
    const who = await given.person('Viewer');
    const { page } = await given.open('/tracker?sort=-budget&serviceType=Shared', who);
    await page.getByRole('gridcell').first().waitFor();
    const { data: before } = await listOf(given.admin, 'sort=-budget&serviceType=Shared&limit=50');
    await showsListed(page, before);
    const year = (await years(page))[1] ?? '';
    await page.getByRole('combobox', { name: 'Fiscal year' }).selectOption(year);
    await expect.poll(() => yearOf(page)).toBe(year);
    await page.getByRole('link', { name: before[0]?.uid ?? '', exact: true }).click();
    await page.getByRole('tab', { name: 'Months' }).click();
    await page.getByRole('grid', { name: `Months of ${year}` }).waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await expect.poll(() => page.getByRole('tab', { name: 'History' }).getAttribute('aria-selected')).toBe('true');
    await page.goBack();
    await page.getByRole('grid', { name: `Months of ${year}` }).waitFor();
    await page.goBack();
    await expect.poll(() => page.getByRole('tab', { name: 'Overview' }).getAttribute('aria-selected')).toBe('true');
    await page.goBack();
    await page.getByRole('grid', { name: 'Budget tracker' }).waitFor();
    await expect.poll(() => yearOf(page)).toBe(year);
    await expect.poll(() => chips(page)).toEqual(['Type is Shared']);
    await expect.poll(() => sortOf(page, 'budget')).toBe('descending');
    await page.goBack();
    await expect.poll(() => yearOf(page)).not.toBe(year);
    await showsListed(page, before);
  });

  it('opens the tab of a service, the tables of the dashboard and a kind of master data', async () => {
    const who = await given.person('Viewer');
    const { page } = await given.open('/services/1?tab=entities', who);
    await page.getByRole('table', { name: /What falls on each entity/ }).waitFor();
    await page.goto(`${given.product.url}/?tables=towers,months`);
    await page.getByRole('table', { name: 'Towers' }).waitFor();
    await page.getByRole('table', { name: 'Budget and actual by month' }).waitFor();
    await page.goto(`${given.product.url}/masters/towers?q=net`);
    await page.getByRole('gridcell', { name: 'Network', exact: true }).waitFor();
    await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('net');
  });

  it('leads from each word of the first sentence to the list it speaks of', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/', await given.person('Viewer'), { isExact: true });
    const sentence = page.locator('main p[aria-live=polite]');
    await sentence.getByRole('link').first().waitFor();
    const count = await sentence.getByRole('link').count();
    expect(count).toBe(3);
    for (let index = 0; index < count; index++) {
      await settled(page);
      const words = await sentence.getByRole('link').nth(index).textContent();
      await sentence.getByRole('link').nth(index).click();
      await page.getByRole('grid', { name: 'Budget tracker' }).waitFor();
      await settled(page);
      const { searchParams } = new URL(page.url());
      expect(searchParams.get('fy')).toBe(fy);
      const query = new URLSearchParams([...searchParams].filter(([name]) => name !== 'cols' && name !== 'mark'));
      const listed = await listOf(given.admin, `${query.toString()}&limit=50`);
      await expect.poll(() => uids(page).then((shown) => shown[0])).toBe(listed.data[0]?.uid);
      // What the sentence says is the total of a column that can be seen there.
      if (index > 0) {
        const shown = page.getByRole('group', { name: 'Variance to date total' });
        await expect
          .poll(async () => amountIn(await shown.textContent()).replace('-', ''))
          .toBe(listed.totals.ytdVariance.replace('-', ''));
        expect(words).toContain(listed.totals.ytdVariance.startsWith('-') ? 'over' : 'under');
      }
      await page.goBack();
      await sentence.getByRole('link').first().waitFor();
    }
  });
});
