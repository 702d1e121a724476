import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { cell, currentYear, listOf } from './tracker.ts';

const head = (page: Page, field: string) => page.locator(`[role=columnheader][data-field=${field}]`);
const sum = (page: Page, field: string) => page.getByRole('group', { name: 'Totals' }).locator(`[data-field=${field}]`);
const edges = async (one: Locator) => {
  const box = await one.boundingBox();
  return box ? [Math.round(box.x), Math.round(box.x + box.width)] : [];
};
const scrollSideways = async (page: Page, by: number) => {
  await page.locator('.MuiDataGrid-virtualScroller').evaluate((part, left) => part.scrollTo({ left }), by);
  await expect
    .poll(() => page.locator('.MuiDataGrid-virtualScroller').evaluate((part) => part.scrollLeft))
    .toBeGreaterThan(0);
};
/** What a click in the middle of a cell meets: of a covered one, the cell above it. */
const isOnTop = (one: Locator) =>
  one.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  });

describeInBrowser('Columns that stay', (given) => {
  it.each(['light', 'dark'] as const)(
    'are the UID, the service and the total of the months, %s',
    async (colorScheme) => {
      const { label: fy } = await currentYear(given.admin);
      const [first] = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data;
      const look = { isExact: true, width: 1000, colorScheme };
      const { page } = await given.open('/tracker?view=months', await given.person('Editor'), look);
      await cell(page, first!.id, 'uid').waitFor();
      await settled(page);
      const [gridLeft] = await edges(page.getByRole('grid'));
      const [, gridRight] = await edges(page.getByRole('grid'));
      const widthOfUid = await edges(head(page, 'uid')).then(([from, to]) => to! - from!);
      for (const left of [500, 5000]) {
        await scrollSideways(page, left);
        for (const of of [
          (field: string) => cell(page, first!.id, field),
          (f: string) => head(page, f),
          (f: string) => sum(page, f),
        ]) {
          await expect.poll(() => edges(of('uid')).then(([from]) => from! - gridLeft!)).toBeLessThanOrEqual(1);
          await expect
            .poll(() => edges(of('service')).then(([from]) => from! - gridLeft!))
            .toBeLessThanOrEqual(widthOfUid + 1);
          await expect.poll(() => edges(of('budget')).then(([, to]) => gridRight! - to!)).toBeLessThanOrEqual(16);
          for (const field of ['uid', 'service', 'budget'])
            await expect.poll(() => isOnTop(of(field)), { message: `${field} on top at ${left}` }).toBe(true);
        }
        await expect.poll(() => edges(sum(page, 'm12'))).toEqual(await edges(head(page, 'm12')));
      }
    },
  );

  it('do not cover the cell that the keyboard goes to', async () => {
    const { label: fy } = await currentYear(given.admin);
    const [first] = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data;
    const look = { isExact: true, width: 1000 };
    const { page } = await given.open('/tracker?view=months', await given.person('Editor'), look);
    await cell(page, first!.id, 'm1').click();
    const goes = async (key: string, fields: string[]) => {
      for (const field of fields) {
        await page.keyboard.press(key);
        await cell(page, first!.id, field).and(page.locator(':focus-within')).waitFor();
        await expect.poll(() => isOnTop(cell(page, first!.id, field)), { message: `${key} to ${field}` }).toBe(true);
      }
    };
    const months = Array.from({ length: 12 }, (_, index) => `m${index + 1}`);
    await goes('ArrowRight', months.slice(1));
    await goes('ArrowLeft', months.slice(0, -1).reverse());
    await goes('End', ['budget']);
    await goes('ArrowLeft', ['m12']);
    await goes('Home', ['uid']);
  });

  it('is the UID alone on a phone', async () => {
    const { label: fy } = await currentYear(given.admin);
    const [first] = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data;
    const { page } = await given.open('/tracker', await given.person('Viewer'), { width: 390, height: 844 });
    await cell(page, first!.id, 'uid').waitFor();
    await settled(page);
    const before = await edges(cell(page, first!.id, 'uid'));
    await scrollSideways(page, 600);
    await expect.poll(() => edges(cell(page, first!.id, 'uid'))).toEqual(before);
    await expect.poll(() => edges(cell(page, first!.id, 'service')).then(([, to]) => to!)).toBeLessThan(before[1]!);
  });

  it('and the usual ones fit a laptop: nothing to scroll sideways, no heading cut off, sorted or not', async () => {
    const { page } = await given.open('/tracker?sort=-budget', await given.person('Editor'));
    await page.getByRole('gridcell').first().waitFor();
    await settled(page);
    const beyond = () =>
      page.locator('.MuiDataGrid-virtualScroller').evaluate((part) => part.scrollWidth - part.clientWidth);
    await expect.poll(beyond).toBe(0);
    const cut = await page
      .locator('.MuiDataGrid-columnHeaderTitle')
      .evaluateAll((titles) => titles.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent));
    expect(cut).toEqual([]);
  });
});
