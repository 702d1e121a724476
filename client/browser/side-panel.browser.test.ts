import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFindings, describeBeforeClose, settled } from './product.ts';
import { cell, listOf } from './tracker.ts';

const path = '/tracker?serviceType=Shared&sort=-budget';
const panel = (page: Page) => page.getByRole('region', { name: 'Service beside the list' });
const title = (page: Page, uid: string) => panel(page).getByRole('heading', { name: new RegExp(`^${uid}`) });
const peekOf = (page: Page) => new URL(page.url()).searchParams.get('peek');
/** The cell, or the link in it. */
const focused = (page: Page, id: number, field: string) =>
  page
    .locator(`[data-id="${id}"] [data-field="${field}"]:focus, [data-id="${id}"] [data-field="${field}"] :focus`)
    .waitFor();

describeBeforeClose('The side panel of the tracker', (given) => {
  const rows = async () => (await listOf(given.admin, 'serviceType=Shared&sort=-budget')).data;
  const opened = async (more = '', look = {}) => {
    const tab = await given.open(path + more, await given.person('Editor'), look);
    await tab.page.getByRole('gridcell').first().waitFor();
    return tab;
  };

  it('opens with Space, follows the arrows and closes with Escape, and the keyboard stays in the list', async () => {
    const [first, second] = await rows();
    const { page, complaints } = await opened();
    await cell(page, first!.id, 'service').click();
    await page.keyboard.press('Space');
    await title(page, first!.uid).waitFor();
    await page.keyboard.press('ArrowDown');
    await title(page, second!.uid).waitFor();
    expect(peekOf(page)).toBe(String(second!.id));
    await focused(page, second!.id, 'service');
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'hidden' });
    expect(peekOf(page)).toBeNull();
    await focused(page, second!.id, 'service');
    expect(complaints).toEqual([]);
  });

  it('moves along with its buttons, keeps its part, and gives the keyboard back to the row it came to', async () => {
    const [first, second] = await rows();
    const { page } = await opened();
    await page.getByRole('button', { name: 'Side panel' }).click();
    await title(page, first!.uid).waitFor();
    expect(await panel(page).getByRole('button', { name: 'Row above' }).isDisabled()).toBe(true);
    await panel(page).getByRole('tab', { name: 'Entities' }).click();
    await panel(page).getByRole('button', { name: 'Row below' }).click();
    await title(page, second!.uid).waitFor();
    await panel(page).getByRole('tab', { name: 'Entities', selected: true }).waitFor();
    await page.keyboard.press('Escape');
    await panel(page).waitFor({ state: 'hidden' });
    await focused(page, second!.id, 'uid');
  });

  it('stands in the address: it reopens from it, and the way back closes it', async () => {
    const [first, second] = await rows();
    const { page } = await opened(`&peek=${first!.id}`);
    await title(page, first!.uid).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await panel(page).getByRole('button', { name: 'Close the side panel' }).click();
    await panel(page).waitFor({ state: 'hidden' });
    await cell(page, second!.id, 'service').click();
    await page.keyboard.press('Space');
    await title(page, second!.uid).waitFor();
    await page.keyboard.press('ArrowUp');
    await title(page, first!.uid).waitFor();
    await page.goBack();
    await panel(page).waitFor({ state: 'hidden' });
    expect(new URL(page.url()).search).toBe(path.slice(path.indexOf('?')));
  });

  it('leads to the whole service and back to the list with the panel', async () => {
    const [first] = await rows();
    const { page } = await opened(`&peek=${first!.id}`);
    await panel(page).getByRole('link', { name: 'Open the whole service' }).click();
    await page.getByRole('tab', { name: 'Months' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Budget tracker' }).click();
    await title(page, first!.uid).waitFor();
  });

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [1280, 390])
      it(`has no serious finding of axe and does not push the page sideways: ${colorScheme}, ${width} px`, async () => {
        const [, second] = await rows();
        const { page } = await opened(`&peek=${second!.id}`, { colorScheme, width });
        await title(page, second!.uid).waitFor();
        await settled(page);
        expect(await accessibilityFindings(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThan(1);
        const folder = process.env['PICTURES'];
        if (folder) await page.screenshot({ path: `${folder}/panel-${colorScheme}-${width}.png` });
      });
});
