import type { Dashboard } from '@opex/contracts/reports';
import type { Service, ServiceMonths } from '@opex/contracts/services';
import { beforeAll, expect, it } from 'vitest';
import { describeBeforeClose, type Person, settled } from './product.ts';
import { amountIn, cell, change, currentYear, listOf, rowOf, shows, total } from './tracker.ts';

type Entities = { data: { id: number; name: string }[] };

describeBeforeClose('Somebody who sees one entity', (given) => {
  let who: Person;
  let fy: string;
  let entity: { id: number; name: string };

  /** A shared service: part of it falls on the entity of the scoped editor, most of it does not. */
  const sharedService = async () => {
    const { data } = await listOf(who.api, `fy=${fy}&serviceType=Shared&limit=1`);
    return data[0]!;
  };
  beforeAll(async () => {
    ({ label: fy } = await currentYear(given.admin));
    const { data } = (await given.admin.json('/api/entities?limit=50')) as Entities;
    entity = data[0]!;
    who = await given.person('Editor', [entity.id]);
  });

  it('reads in the tracker the shares of that entity, to the paisa, and cannot edit them', async () => {
    const whole = await listOf(given.admin, `fy=${fy}&limit=1`);
    const share = await listOf(given.admin, `fy=${fy}&entity=${entity.id}&limit=1`);
    expect(Number(share.totals.budget)).toBeLessThan(Number(whole.totals.budget));
    const { page } = await given.open('/tracker', who, { isExact: true });
    for (const field of ['budget', 'ytdActual', 'committed', 'ytdVariance', 'previousBudget'] as const) {
      await shows(total(page, field), share.totals[field]);
    }
    await expect.poll(() => page.getByText(`of ${share.pagination.total}`).count()).toBe(1);
    const names = page.getByRole('combobox', { name: 'Entity' }).locator('option');
    await expect.poll(() => names.allTextContents()).toEqual(['Your entities', entity.name]);
    await page.getByText(`Share of ${entity.name}`, { exact: true }).waitFor();

    const shared = await sharedService();
    expect(Number(shared.budget)).toBeLessThan(Number((await rowOf(given.admin, shared.id, fy)).budget));
    await page.goto(`${given.product.url}/tracker?q=${shared.uid}`);
    await shows(cell(page, shared.id, 'budget'), shared.budget);
    await cell(page, shared.id, 'budget').dblclick();
    await page.keyboard.type('1');
    expect(await page.locator('.MuiDataGrid-cell--editing').count()).toBe(0);
  });

  it('reads on the dashboard the figures of that entity', async () => {
    const { totals } = (await given.admin.json(`/api/reports/dashboard?fy=${fy}&entity=${entity.id}`)) as Dashboard;
    const { page } = await given.open('/', who, { isExact: true });
    await settled(page);
    await page.getByText(`Share of ${entity.name}`, { exact: true }).waitFor();
    const titles = page.locator('dl dd:has(a)');
    await page.getByText(`Share of ${entity.name}: `).waitFor();
    await page
      .getByText(/^Budget share, /)
      .first()
      .waitFor();
    const { ytdBudget, ytdActual, budget, committed, available, outlook } = totals;
    const wanted = [ytdBudget, ytdActual, budget, committed, available, outlook];
    await expect.poll(() => titles.count()).toBe(wanted.length);
    for (const [index, amount] of wanted.entries()) {
      await expect.poll(async () => amountIn(await titles.nth(index).getAttribute('title'))).toBe(amount);
    }
  });

  it('reads of a shared service the own share of every month, and its history without amounts', async () => {
    const shared = await sharedService();
    const monthsNow = async () => (await who.api.json(`/api/services/${shared.id}/months?fy=${fy}`)) as ServiceMonths;
    const before = await monthsNow();
    await change(given.admin, shared.id, fy, { budget: '98765432.10', owner: 'Somebody New' });
    await expect.poll(monthsNow).not.toEqual(before); // others read a change a moment later
    const { months } = await monthsNow();
    const { page } = await given.open(`/services/${shared.id}?tab=months`, who, { isExact: true });
    await page.getByText('You see the share of your entities.').waitFor();
    await page.getByText(`Share of ${entity.name}`, { exact: true }).waitFor();
    for (const { number, budget } of months) await shows(cell(page, shared.id, `m${number}`), budget ?? '');
    expect(await page.getByRole('button', { name: 'Retire' }).count()).toBe(0);

    await page.getByRole('tab', { name: 'History' }).click();
    const history = page.getByRole('list', { name: 'History, newest first' });
    await history.getByText('Somebody New').waitFor();
    const words = (await history.textContent()) ?? '';
    expect(words).not.toContain('9,87,65,432.10');
    expect(words).not.toContain('A change at another desk'); // the reason speaks of the amounts too
    expect(await page.getByRole('button', { name: /^Restore/ }).count()).toBe(0);
    const { years } = (await who.api.json(`/api/services/${shared.id}`)) as Service;
    const budget = page.locator('dl dd').first();
    await shows(budget, years.find((year) => year.fy === fy)!.budget);
    expect(amountIn(await budget.textContent())).not.toBe('98765432.10');
  });

  it('whom somebody chooses who sees all, reads as a share on the page of a service too, with the whole beside it', async () => {
    const shared = await sharedService();
    const { years } = (await given.admin.json(`/api/services/${shared.id}`)) as Service;
    const whole = years.find((year) => year.fy === fy)!.budget;
    const { page } = await given.open(`/services/${shared.id}?entity=${entity.id}`, await given.person('Editor'), {
      isExact: true,
    });
    const budget = page.locator('dl dd').first();
    const { data } = await listOf(given.admin, `fy=${fy}&id=${shared.id}&entity=${entity.id}`);
    await shows(budget, data[0]!.budget);
    expect(amountIn(await budget.getAttribute('title'))).toBe(whole);
    await page.getByText(`Share of ${entity.name}`, { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Months' }).click();
    await page.getByText('You see the share of one entity.').waitFor();
    await page.goto(`${given.product.url}/services/${shared.id}?entity=98765`);
    await page
      .getByRole('alert')
      .getByText(/does not exist, or you may not see it/)
      .waitFor();

    await page.goto(`${given.product.url}/tracker?entity=${entity.id}&q=${shared.uid}`);
    await cell(page, shared.id, 'budget').hover();
    await expect.poll(() => cell(page, shared.id, 'budget').getAttribute('title')).toMatch(/^This is a share/);
  });

  it('finds by search and by address only what the scope covers', async () => {
    const { data } = await listOf(given.admin, `fy=${fy}&serviceType=Dedicated&limit=50`);
    const foreign = data.find(({ entityId }) => entityId !== null && entityId !== entity.id)!;
    const { page } = await given.open(`/services/${foreign.id}`, who);
    await page
      .getByRole('alert')
      .getByText(/not found/i)
      .first()
      .waitFor();
    expect(await page.getByText(foreign.service).count()).toBe(0);

    const searchFor = async (words: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Search and commands' }).fill(words);
    };
    const shared = await sharedService();
    await searchFor(shared.uid);
    await page.getByRole('option', { name: new RegExp(shared.uid) }).waitFor();
    await page.keyboard.press('Escape');
    await searchFor(foreign.uid);
    await page.getByText('Nothing matches').waitFor();
    expect(await page.getByRole('option').count()).toBe(0);
  });
});
