import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { TrackerRow } from '@opex/contracts/tracker';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { csv, drop } from './imports.ts';
import { accessibilityFindings, describeBeforeClose, type Given, settled } from './product.ts';
import { cell, change, currentYear, listOf, plus, rowOf, shows } from './tracker.ts';

const firstMonth = (row: TrackerRow) => row.months?.[0] ?? '0.00';
const monthNow = async (given: Given, { id }: TrackerRow, fy: string) =>
  firstMonth((await listOf(given.admin, `fy=${fy}&sort=uid&limit=50&with=months`)).data.find((row) => row.id === id)!);

/** Of two services one month more, and a service that is not there. */
async function budgetFile(given: Given, year: FiscalYear) {
  const { data } = await listOf(given.admin, `fy=${year.label}&sort=uid&limit=2&with=months`);
  const [first, second] = data as [TrackerRow, TrackerRow];
  const more = (row: TrackerRow) => plus(firstMonth(row), '100000.00');
  const contents = csv(
    ['UID', year.periods[0]!.label, 'Owner'],
    [first.uid, more(first), 'Ravi'],
    [second.uid, more(second), 'Ravi'],
    ['NO-SUCH-1', '5', 'Ravi'],
  );
  return { first, second, more, contents };
}
const sentence = (page: Page, words: RegExp) => page.getByRole('main').getByRole('status').filter({ hasText: words });

describeBeforeClose('Imports', (given) => {
  it('loads a file that is dropped on a page, shows what it would change, applies it and takes it back', async () => {
    const year = await currentYear(given.admin);
    const { first, second, more, contents } = await budgetFile(given, year);
    const person = await given.person('Editor');
    const { page, complaints } = await given.open('/tracker', person, { isExact: true });
    await settled(page);
    await drop(page, 'Budget.csv', contents);
    await page.getByRole('dialog', { name: 'Load Budget.csv?' }).getByRole('button', { name: 'Read it' }).click();
    await page.getByRole('heading', { name: 'Budget.csv' }).waitFor();

    await sentence(page, /^2 services change, .*1 row is rejected/).waitFor();
    await page.getByRole('button', { name: 'Leave it out' }).click();
    await page.getByText(/^Nothing of column C/).waitFor({ state: 'hidden' });
    await page.reload();
    await sentence(page, /^2 services change, .* up 2,00,000.00; 1 row is rejected/).waitFor();
    await page.getByRole('tab', { name: 'Rejected (1)' }).click();
    await page.getByRole('cell', { name: 'There is no service with this UID' }).waitFor();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download the rejected rows' }).click();
    const rejected = await download;
    expect(rejected.suggestedFilename()).toBe('Budget - rejected.xlsx');
    expect((await readFile(await rejected.path())).subarray(0, 2).toString()).toBe('PK');
    await page.getByRole('tab', { name: 'Changed (2)' }).click();
    await page.getByRole('row', { name: new RegExp(first.uid) }).waitFor();
    await settled(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(await monthNow(given, first, year.label)).toBe(firstMonth(first));

    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await sentence(page, /^2 services were changed/).waitFor();
    await page.goto(`${given.product.url}/tracker?view=months&q=${first.uid}&fy=${year.label}`);
    await shows(cell(page, first.id, 'm1'), more(first));

    await change(given.admin, second.id, year.label, { months: { 1: '77777.00' } });
    await page.goto(`${given.product.url}/imports`);
    await page.getByRole('link', { name: 'Budget.csv' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    const dialog = page.getByRole('dialog', { name: 'Undo Budget.csv' });
    await dialog.getByRole('cell', { name: '77,777.00' }).waitFor();
    await dialog.getByRole('radio', { name: /^Keep them/ }).check();
    expect(await accessibilityFindings(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Undo' }).click();
    await sentence(page, /^Undone: 2 services/).waitFor();
    await expect.poll(() => monthNow(given, first, year.label)).toBe(firstMonth(first));
    expect(firstMonth(await rowOf(given.admin, second.id, year.label))).toBe('77777.00');
    expect(complaints).toEqual([]);
  });
});
