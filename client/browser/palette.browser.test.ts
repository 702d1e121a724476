import type { AllocationKey } from '@opex/contracts/allocation-keys';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeBeforeClose, settled } from './product.ts';
import { cell, currentYear, giveReason, listOf, plus, rowOf, shows, typeInto } from './tracker.ts';

async function choose(page: Page, words: string, option: string | RegExp) {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).fill(words);
  await page.getByRole('option', { name: option }).first().click();
  await page.getByRole('combobox', { name: 'Search and commands' }).waitFor({ state: 'hidden' });
}
const paramOf = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

describeBeforeClose('The command palette', (given) => {
  it('finds years, entities and keys, and switches to them', async () => {
    const { data: years } = (await given.admin.json('/api/fiscal-years')) as { data: FiscalYear[] };
    const other = years.find(({ current }) => !current)!.label;
    const { data: entities } = (await given.admin.json('/api/entities?limit=1')) as {
      data: { id: number; name: string }[];
    };
    const { data: keys } = (await given.admin.json('/api/allocation-keys')) as { data: AllocationKey[] };
    const { page, complaints } = await given.open('/', await given.person('Viewer'));
    await settled(page);
    await choose(page, other, other);
    await expect.poll(() => paramOf(page, 'fy')).toBe(other);
    await choose(page, entities[0]!.name, new RegExp(`^${entities[0]!.name}`));
    await expect.poll(() => paramOf(page, 'entity')).toBe(String(entities[0]!.id));
    await choose(page, 'full year', 'Horizon: full year');
    await expect.poll(() => paramOf(page, 'horizon')).toBe('year');
    expect(new URL(page.url()).pathname).toBe('/');
    await choose(page, keys[0]!.name, keys[0]!.name);
    await page.getByRole('heading', { name: keys[0]!.name, level: 2 }).waitFor();
    await choose(page, 'over budget', 'Show what is over budget');
    await page.getByText('Materially over budget to date').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).fill('new service');
    expect(await page.getByRole('option', { name: 'New service' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('begins a new service, and undoes the last change', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { id, budget } = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data[0]!;
    const { page } = await given.open('/masters/vendors', await given.person('Editor'), { isExact: true });
    await page.getByRole('gridcell').first().waitFor();
    await choose(page, 'new service', 'New service');
    await page.getByRole('dialog', { name: 'New service' }).waitFor();
    await page.keyboard.press('Escape');
    await shows(cell(page, id, 'budget'), budget);
    await typeInto(page, id, 'budget', plus(budget, '1000.00'));
    await giveReason(page, 'A change to take back');
    await expect.poll(async () => (await rowOf(given.admin, id, fy)).budget).toBe(plus(budget, '1000.00'));
    await choose(page, 'undo', 'Undo the last change');
    await expect.poll(async () => (await rowOf(given.admin, id, fy)).budget).toBe(budget);
  });

  it('and the pages of other roles keep their tools from who may not use them', async () => {
    const { page } = await given.open('/audit', await given.person('Viewer'));
    await page
      .getByRole('alert')
      .getByText(/may not open this page/)
      .waitFor();
    expect(await page.getByRole('button', { name: 'Check the chain' }).count()).toBe(0);
    expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
  });
});
