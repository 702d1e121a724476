import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { currentYear, listOf } from './tracker.ts';

const chips = (page: Page) => page.getByRole('group', { name: 'Filters' }).locator('.MuiChip-label').allTextContents();
const footer = (page: Page) => page.getByRole('navigation', { name: 'Pages' });
const unknownEntity = /^The entity of this address \(number \d+\) does not exist, or you may not see it/;

describeInBrowser('An address that is not right', (given) => {
  it('keeps both towers when the address names two', async () => {
    const { label: fy } = await currentYear(given.admin);
    const both = await listOf(given.admin, `fy=${fy}&tower=1,2&limit=1`);
    const one = await listOf(given.admin, `fy=${fy}&tower=1&limit=1`);
    expect(both.pagination.total).toBeGreaterThan(one.pagination.total);
    const { page } = await given.open('/tracker?tower=1&tower=2', await given.person('Viewer'));
    await footer(page).getByText(`of ${both.pagination.total}`).waitFor();
    await expect.poll(() => chips(page)).toEqual([expect.stringMatching(/^Tower is \w.*, \w/)]);
  });

  it('says that an entity is unknown, or not one’s own, and leads back to all', async () => {
    const { page } = await given.open('/tracker?entity=98765', await given.person('Viewer'));
    await page.getByRole('alert').filter({ hasText: unknownEntity }).waitFor();
    await page.getByText('No service has a share here').waitFor();
    expect(await page.getByText('No services yet').count()).toBe(0);
    await page.getByRole('button', { name: 'Show all entities' }).click();
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);

    const scoped = await given.open('/?entity=2', await given.person('Viewer', [1]));
    await scoped.page.getByRole('alert').filter({ hasText: unknownEntity }).waitFor();
    await scoped.page.getByRole('button', { name: 'Show your entities' }).click();
    await settled(scoped.page);
    expect(new URL(scoped.page.url()).search).not.toContain('entity');
  });

  it('says which parts it does not understand, and takes them out', async () => {
    const wrong = 'budget.gte=much&view=weeks&cols=uid,nothing&entity=1,2&colour=red';
    const { page } = await given.open(`/tracker?${wrong}&tower=1`, await given.person('Viewer'));
    const alert = page.getByRole('alert').filter({ hasText: 'is not understood' });
    await alert.waitFor();
    const words = await alert.textContent();
    for (const part of wrong.split('&')) expect(words).toContain(part);
    await alert.getByRole('button', { name: 'Remove it' }).click();
    await alert.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).search).toBe('?tower=1');
  });

  it('says that there is no such year, and that a tower is unknown', async () => {
    const { page } = await given.open('/tracker?fy=FY77', await given.person('Viewer'));
    await page.getByRole('alert').filter({ hasText: 'There is no fiscal year FY77' }).waitFor();
    await page.getByRole('button', { name: 'Show the current year' }).click();
    await page.getByRole('gridcell').first().waitFor();
    await page.goto(`${given.product.url}/tracker?tower=98765`);
    await expect.poll(() => chips(page)).toEqual(['Tower is unknown']);
    await page.getByText('No service matches').waitFor();
  });
});
