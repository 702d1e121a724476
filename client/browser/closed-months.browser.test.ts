import type { AllocationKey } from '@opex/contracts/allocation-keys';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, type Given } from './product.ts';
import { cell, currentYear, giveReason, listOf, plus, reasonDialog, rowOf, shows, typeInto } from './tracker.ts';

const wide = { isExact: true, width: 2200, height: 1100 };
const labelsOf = ({ periods }: FiscalYear, state: string) =>
  periods.filter((month) => month.state === state).map(({ label, number }) => ({ label, number }));

type Opened = { role?: 'Editor' | 'Approver'; view?: 'months' | 'contract' };

async function openTracker(given: Given, { role = 'Editor', view = 'months' }: Opened = {}) {
  const year = await currentYear(given.admin);
  const row = (await listOf(given.admin, `fy=${year.label}&sort=uid&limit=50&with=months`)).data[0]!;
  const tab = await given.open(`/tracker?view=${view}&limit=50`, await given.person(role), wide);
  const changes: string[] = [];
  tab.page.on('request', (request) => request.method() === 'PATCH' && changes.push(request.url()));
  await cell(tab.page, row.id, view === 'months' ? 'm1' : 'budget').waitFor();
  return { ...tab, year, row, changes, months: async () => (await rowOf(given.admin, row.id, year.label)).months! };
}

async function paste(page: Page, id: number, text: string) {
  await page.evaluate((block) => navigator.clipboard.writeText(block), text);
  await cell(page, id, 'm1').click();
  await cell(page, id, 'm1').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Control+v');
}

describeInBrowser('A closed month in the tracker', (given) => {
  it('shows its lock, and says at the cell why it takes nothing', async () => {
    const { page, complaints, row, year, changes } = await openTracker(given);
    const [closed] = labelsOf(year, 'CLOSED');
    await page.getByRole('columnheader', { name: new RegExp(`^${closed!.label}.*Closed on`) }).waitFor();
    for (const { label } of labelsOf(year, 'SOFT'))
      await page.getByRole('columnheader', { name: new RegExp(`^${label}.*Being closed since`) }).waitFor();
    const first = cell(page, row.id, `m${closed!.number}`);
    await first.click();
    for (const key of ['5', 'Enter', 'F2']) {
      await page.keyboard.press(key);
      await page.getByRole('alert').getByText(`${closed!.label}: closed on`).waitFor();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('alert').waitFor({ state: 'hidden' });
      await page.keyboard.press('ArrowLeft');
    }
    await first.dblclick();
    await page.getByRole('alert').getByText('so it cannot change').waitFor();
    expect(await page.locator('.MuiDataGrid-cell--editing').count()).toBe(0);
    expect([changes, complaints]).toEqual([[], []]);
  });

  it('is named by a paste before anything is saved; a year copied whole keeps what it holds', async () => {
    const { page, row, year, changes, months } = await openTracker(given);
    const before = await months();
    const closed = new Set([...labelsOf(year, 'CLOSED'), ...labelsOf(year, 'SOFT')].map(({ number }) => number));
    await paste(page, row.id, before.map((month) => plus(month ?? '0.00', '1.00')).join('\t'));
    const dialog = page.getByRole('dialog', { name: 'Nothing was pasted' });
    await dialog.getByText(`${closed.size} cells do not fit.`).waitFor();
    await dialog.getByText('so it cannot change').first().waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect([changes, await months()]).toEqual([[], before]);

    const next = before.map((month, index) => (closed.has(index + 1) ? month : plus(month ?? '0.00', '1.00')));
    await paste(page, row.id, next.join('\t'));
    await giveReason(page, 'The open months of the workbook');
    await expect.poll(months).toEqual(next);
  });

  it('is shown in the unit of its column, like the others', async () => {
    const { label: fy } = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=50&with=months`)).data[0]!;
    const { page } = await given.open('/tracker?view=months', await given.person('Viewer'), { width: 2200 });
    for (const number of [1, 12]) {
      const lakh = Number(row.months![number - 1]) / 100_000;
      expect(lakh).toBeGreaterThan(1);
      const shown = async () =>
        Number(/[\d.]+$/.exec((await cell(page, row.id, `m${number}`).textContent()) ?? '')?.[0]);
      await expect.poll(shown).toBeCloseTo(lakh, 1);
    }
  });

  it('keeps what it says when the year gets a new total', async () => {
    const { page, row, year, months } = await openTracker(given, { view: 'contract' });
    const before = await months();
    const open = labelsOf(year, 'OPEN').map(({ number }) => number);
    const kept = before.filter((_, index) => !open.includes(index + 1)).map((month) => month ?? '0.00');
    const total = plus(...kept, `${open.length * 500}.00`);
    await typeInto(page, row.id, 'budget', total);
    await giveReason(page, 'A new total for the year');
    await shows(cell(page, row.id, 'budget'), total);
    await expect.poll(async () => plus(...(await months()).map((month) => month ?? '0.00'))).toBe(total);
    const isKept = (_: unknown, index: number) => !open.includes(index + 1);
    expect((await months()).filter(isKept)).toEqual(before.filter(isKept));
  });

  it('that is being closed takes a controller, and a reason', async () => {
    const { page, row, year } = await openTracker(given, { role: 'Approver' });
    const [soft] = labelsOf(year, 'SOFT');
    if (!soft) return;
    await typeInto(page, row.id, `m${soft.number}`, '4321');
    await reasonDialog(page).waitFor();
    await giveReason(page, 'A late correction');
    await shows(cell(page, row.id, `m${soft.number}`), '4321.00');
  });
});

describeInBrowser('A closed month of a service', (given) => {
  it('says since when it is closed, and refuses typing and pasting in words', async () => {
    const year = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${year.label}&sort=uid&limit=1`)).data[0]!;
    const { page, complaints } = await given.open(`/services/${row.id}?tab=months`, await given.person('Editor'), wide);
    const [closed] = labelsOf(year, 'CLOSED');
    const [open] = labelsOf(year, 'OPEN');
    await page
      .getByRole('columnheader', { name: new RegExp(`^${closed!.label}.*Closed on \\d\\d \\w{3} \\d{4}`) })
      .waitFor();
    await cell(page, row.id, `m${closed!.number}`).click();
    await page.keyboard.press('5');
    await page.getByRole('alert').getByText(`${closed!.label}: closed on`).waitFor();
    const before = await rowOf(given.admin, row.id, year.label);
    const amount = plus(before.months![open!.number - 1]!, '1000.00');
    await typeInto(page, row.id, `m${open!.number}`, amount);
    await giveReason(page, 'A later invoice');
    await expect
      .poll(async () => (await rowOf(given.admin, row.id, year.label)).months![open!.number - 1])
      .toBe(amount);
    expect(complaints).toEqual([]);
  });
});

describeInBrowser('A version of an allocation key', (given) => {
  const keysOf = async () => ((await given.admin.json('/api/allocation-keys')) as { data: AllocationKey[] }).data;

  it('that a closed month is shared by stays, and says so', async () => {
    const key = (await keysOf()).find(({ versions }) => versions.length === 1)!;
    const { page, complaints } = await given.open(
      `/masters/allocation-keys?key=${key.id}`,
      await given.person('Approver'),
    );
    await page.getByText('closed and shared by these values, so they stay as they are').waitFor();
    await page.getByRole('button', { name: 'New values from a month on' }).waitFor();
    expect(await page.getByRole('button', { name: 'Correct' }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('is previewed before it is saved, corrected, and removed, each with a reason', async () => {
    const key = (await keysOf()).find(({ usedBy }) => usedBy > 0)!;
    const { page, complaints } = await given.open(
      `/masters/allocation-keys?key=${key.id}`,
      await given.person('Approver'),
    );
    await page.getByRole('button', { name: 'New values from a month on' }).click();
    await page
      .getByRole('textbox', { name: /^Value of/ })
      .first()
      .fill('999999');
    await page.getByRole('button', { name: 'Preview' }).click();

    const dialog = page.getByRole('dialog');
    await dialog.getByText('Totals stay the same').waitFor();
    const table = dialog.getByRole('table', { name: /^Budget of FY\d\d by entity$/ }).first();
    const figures = (text: string | null) => (text ?? '').replace(/,/g, '');
    const totals = table.getByRole('row', { name: /^All entities/ }).getByRole('cell');
    const [now, then, difference] = [1, 2, 3].map((index) => totals.nth(index));
    expect(figures(await now!.textContent())).toBe(figures(await then!.textContent()));
    expect(await difference!.textContent()).toBe('-');
    expect((await keysOf()).find(({ id }) => id === key.id)!.versions).toHaveLength(key.versions.length);
    const save = dialog.getByRole('button', { name: 'Save' });
    expect(await save.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Counted again in the middle of the year');
    await save.click();
    await dialog.waitFor({ state: 'hidden' });
    await expect
      .poll(async () => (await keysOf()).find(({ id }) => id === key.id)!.versions.length)
      .toBe(key.versions.length + 1);

    await page.getByRole('button', { name: 'Correct' }).click();
    await page
      .getByRole('textbox', { name: /^Value of/ })
      .first()
      .fill('5');
    await page.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('It was a slip');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });

    await page.getByRole('button', { name: 'Remove' }).click();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('It was not meant at all');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(async () => (await keysOf()).find(({ id }) => id === key.id)!.versions).toEqual(key.versions);
    expect(complaints).toEqual([]);
  });
});
