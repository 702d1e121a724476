import type { TrackerRow } from '@opex/contracts/tracker';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeBeforeClose, type Given } from './product.ts';
import { cell, currentYear, giveReason, listOf, plus, reasonDialog, shows, total } from './tracker.ts';

const height = 20;
const width = 12;
/** What a spreadsheet puts on the clipboard: other amounts, not far off those that are there, grouped as people group. */
const amountsBeside = (rows: readonly TrackerRow[]) =>
  rows
    .slice(0, height)
    .map(({ months = [] }, row) =>
      months.map((amount, column) => plus(amount ?? '100000.00', `${row * width + column + 1}.50`)),
    );
const grouped = (amount: string) => amount.replace(/(\d)(?=(\d{3})+\.)/g, '$1,');

async function pasteAt(page: Page, id: number, cells: string[][]) {
  await page.evaluate(
    (text) => navigator.clipboard.writeText(text),
    cells.map((row) => row.join('\t')).join('\r\n') + '\r\n',
  );
  await cell(page, id, 'm1').click();
  await cell(page, id, 'm1').and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Control+v');
}

/** The grid draws only what is on screen: all months in full want a wide one. */
const wholeGrid = { isExact: true, width: 2200, height: 1100 };

async function openMonths(given: Given, limit = 50) {
  const { label: fy, periods } = await currentYear(given.admin);
  const listed = `fy=${fy}&sort=uid&limit=${limit}&with=months`;
  const before = await listOf(given.admin, listed);
  const { page, complaints } = await given.open(
    `/tracker?view=months&limit=${limit}`,
    await given.person('Editor'),
    wholeGrid,
  );
  const changes: string[] = [];
  page.on('request', (request) => request.method() === 'PATCH' && changes.push(request.url()));
  const monthsNow = async () => (await listOf(given.admin, listed)).data.map(({ months }) => months);
  return { page, complaints, before, changes, monthsNow, periods };
}

describeBeforeClose('Pasting a block from a spreadsheet', (given) => {
  it('puts 20 x 12 cells into their places with one reason and one request, and undo takes all of it back', async () => {
    const { page, complaints, before, changes, monthsNow } = await openMonths(given);
    const amounts = amountsBeside(before.data);
    await pasteAt(
      page,
      before.data[0]!.id,
      amounts.map((line) => line.map(grouped)),
    );
    await reasonDialog(page).getByText('240 cells in 20 rows are about to change.').waitFor();
    await giveReason(page, 'New month plan from the workbook');

    const yearOf = (row: number) => plus(...amounts[row]!);
    const others = before.data.slice(0, height).map(({ budget }) => `-${budget}`);
    const planned = Array.from({ length: height }, (_, row) => yearOf(row));
    await shows(total(page, 'budget'), plus(before.totals.budget, ...others, ...planned));
    const expected = before.data.map(({ months }, row) => (row < height ? amounts[row] : months));
    await expect.poll(monthsNow).toEqual(expected);
    await shows(cell(page, before.data[19]!.id, 'm12'), amounts[19]![11]!);
    await shows(cell(page, before.data[19]!.id, 'budget'), yearOf(19));
    expect(changes).toHaveLength(1);

    await page.keyboard.press('Control+z');
    await shows(total(page, 'budget'), before.totals.budget);
    await expect.poll(monthsNow).toEqual(before.data.map(({ months }) => months));
    expect(complaints).toEqual([]);
  });

  it('names a cell that is not an amount and saves nothing of the block', async () => {
    const { page, before, changes, monthsNow, periods } = await openMonths(given);
    const wrong = amountsBeside(before.data).map((line, row) =>
      line.map((text, column) => (row === 2 && column === 4 ? 'n/a' : text)),
    );
    await pasteAt(page, before.data[0]!.id, wrong);
    const dialog = page.getByRole('dialog', { name: 'Nothing was pasted' });
    await dialog.getByText(`${before.data[2]!.uid}, ${periods[4]!.label}: "n/a"`).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    expect(await monthsNow()).toEqual(before.data.map(({ months }) => months));
    expect(changes).toEqual([]);
  });

  it('names every bad cell, and pastes the good ones when asked to', async () => {
    const { page, before, changes, monthsNow } = await openMonths(given);
    const right = amountsBeside(before.data);
    const isBad = (row: number, column: number) => column === 3 && row < 15;
    const mixed = right.map((line, row) => line.map((text, column) => (isBad(row, column) ? 'n/a' : text)));
    await pasteAt(page, before.data[0]!.id, mixed);
    const dialog = page.getByRole('dialog', { name: 'Nothing was pasted' });
    await dialog.getByText('15 cells do not fit').waitFor();
    expect(await dialog.getByRole('listitem').count()).toBe(15);
    await dialog.getByRole('button', { name: 'Paste the 225 good ones' }).click();
    await reasonDialog(page).getByText('225 cells in 20 rows are about to change.').waitFor();
    await giveReason(page, 'All but the fourth month of some');
    const expected = before.data.map(({ months }, row) =>
      row < height ? right[row]!.map((amount, column) => (isBad(row, column) ? months![column] : amount)) : months,
    );
    await expect.poll(monthsNow).toEqual(expected);
    expect(changes).toHaveLength(1);
    await page.keyboard.press('Control+z');
    await expect.poll(monthsNow).toEqual(before.data.map(({ months }) => months));
  });

  it('says that a block is larger than the page instead of cutting it', async () => {
    const { page, before, changes } = await openMonths(given, 25);
    await pasteAt(page, before.data[15]!.id, amountsBeside(before.data));
    await page.getByText('The block has 20 rows, but only 10 follow on this page.').waitFor();
    expect(changes).toEqual([]);
  });

  it('copies chosen cells as a block that a spreadsheet takes, to the last paisa', async () => {
    const { page, before } = await openMonths(given);
    await cell(page, before.data[0]!.id, 'm1').click();
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+c');
    const lines = before.data.slice(0, 2).map(({ months }) => months!.slice(0, 2).join('\t'));
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(lines.join('\n'));
  });
});
