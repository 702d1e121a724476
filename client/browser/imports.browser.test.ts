import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { TrackerRow } from '@opex/contracts/tracker';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { choose, csv, drop } from './imports.ts';
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

  it('loads a tracker with names that nobody knows: they are decided at once, and the services are there', async () => {
    const { label, startDate } = await currentYear(given.admin);
    const file = csv(
      [
        'UID',
        'Vendor',
        'Service',
        'Tower',
        'Service Start Date',
        'Owner',
        `${label} Budget`,
        '04 - Terra Nova',
        'Colour',
      ],
      ['FIRST-1', 'Acme Metals', 'Hosting', 'Clouds', startDate, 'Asha', '"12,00,000"', '1000', 'red'],
      ['FIRST-2', 'Acme Metals', 'Mail', '', '', 'Ravi', '2400', '', 'blue'],
    );
    const { page, complaints } = await given.open('/imports', await given.person('Approver'), { isExact: true });
    await settled(page);
    await choose(page, 'Tracker.csv', file);
    await page.getByRole('heading', { name: 'Names that are not known here' }).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await expect.poll(() => page.getByRole('button', { name: 'Check the file' }).isDisabled()).toBe(true);
    await page.getByLabel('Months that are numbers').click();
    await page.getByRole('option', { name: /^04 is April/ }).click();
    await page.getByRole('button', { name: 'Create the 3 that are like none' }).click();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await sentence(page, /^2 rows are loaded, .* up 12,02,400.00, the actual of .* up 1,000.00\.$/).waitFor();
    await page.getByRole('button', { name: 'Leave it out' }).click();
    await page.getByText(/^Nothing of column I/).waitFor({ state: 'hidden' });
    await page.getByRole('tab', { name: 'New (2)' }).click();
    await page
      .getByRole('row', { name: /Vendor.*Acme Metals/ })
      .first()
      .waitFor();
    await settled(page);
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
    await sentence(page, /^2 rows were loaded/).waitFor();
    await page.goto(`${given.product.url}/tracker?q=FIRST-&fy=${label}`);
    await page.getByRole('row', { name: /FIRST-1/ }).waitFor();
    await page.getByRole('row', { name: /FIRST-2/ }).waitFor();
    expect(complaints).toEqual([]);
  });
});
