import type { AllocationKey } from '@opex/contracts/allocation-keys';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { currentYear, listOf } from './tracker.ts';

const chips = (page: Page) => page.getByRole('group', { name: 'Filters' }).locator('.MuiChip-label').allTextContents();
const found = (page: Page) => page.getByRole('status', { name: 'Rows found' });

describeInBrowser('The filters of the tracker', (given) => {
  const usedKey = async () => {
    const { data } = (await given.admin.json('/api/allocation-keys')) as { data: AllocationKey[] };
    return data.find(({ usedBy }) => usedBy > 0)!;
  };

  it('are found by a few letters, take an allocation key, and say how many rows there are', async () => {
    const key = await usedKey();
    const { page } = await given.open('/tracker', await given.person('Viewer'));
    await settled(page);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Find a column' }).fill('allocation k');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: key.name, exact: true }).check();
    // Nothing lies over it.
    await page.getByRole('button', { name: 'Apply' }).click({ timeout: 5_000 });
    await expect.poll(() => chips(page)).toEqual([`Allocation key is ${key.name}`]);
    await found(page).getByText(`${key.usedBy} rows`).waitFor();
    expect(new URL(page.url()).searchParams.get('key')).toBe(String(key.id));
  });

  it('keep what is chosen of a long list in sight, with Apply below it', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { data } = await listOf(given.admin, `fy=${fy}&sort=uid&limit=1&vendor.empty=false`);
    const vendor = data[0]!.vendor!;
    const { page } = await given.open('/tracker', await given.person('Viewer'));
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Vendor', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Any of' }).fill(vendor);
    await page.getByRole('checkbox', { name: vendor, exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: vendor, exact: true, checked: true }).waitFor();
    await page.getByRole('searchbox', { name: 'Any of' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => chips(page)).toEqual([`Vendor is ${vendor}`]);
  });

  it('take an entity, whose share is then shown', async () => {
    const { page } = await given.open('/tracker', await given.person('Viewer'));
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Entity', exact: true }).click();
    const first = page.getByRole('form', { name: 'Filter on Entity' }).getByRole('checkbox').first();
    await first.check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => chips(page)).toEqual([expect.stringMatching(/^Share of \w/)]);
    await page.getByRole('group', { name: 'Totals' }).getByText('Share', { exact: true }).waitFor();
    await page.getByRole('group', { name: 'Filters' }).locator('.MuiChip-deleteIcon').click();
    await page.getByRole('group', { name: 'Totals' }).getByText('Total', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('entity')).toBeNull();
  });

  it('are where a key leads to that says how many services use it', async () => {
    const key = await usedKey();
    const { page } = await given.open(`/masters/allocation-keys?key=${key.id}`, await given.person('Viewer'));
    await page.getByRole('link', { name: `Used by ${key.usedBy} service` }).click();
    await found(page).getByText(`${key.usedBy} row`).waitFor();
    await expect.poll(() => chips(page)).toEqual([`Allocation key is ${key.name}`]);
  });
});
