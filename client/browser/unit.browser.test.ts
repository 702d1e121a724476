import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import { cell, change, currentYear, giveReason, listOf, reasonDialog, rowOf, shows, typeInto } from './tracker.ts';

const editor = (page: Page) => page.locator('.MuiDataGrid-cell--editing input:focus');
const doubt = (page: Page) => page.getByRole('dialog', { name: /right\?|look/ });
const status = (page: Page) => page.getByRole('status').first();

/** Begins to type over a cell, and does not end it. */
async function begin(page: Page, id: number, field: string, text: string) {
  await cell(page, id, field).click();
  await cell(page, id, field).and(page.locator(':focus')).waitFor();
  await page.keyboard.press(text.charAt(0));
  await editor(page).waitFor();
  await page.keyboard.type(text.slice(1));
}

async function paste(page: Page, id: number, field: string, block: string) {
  await page.evaluate((text) => navigator.clipboard.writeText(text), block);
  await cell(page, id, field).click();
  await cell(page, id, field).and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Control+v');
}

describeBeforeClose('What is shown in lakh is typed in lakh', (given) => {
  const monthsInLakh = (amount: string) =>
    Object.fromEntries(Array.from({ length: 12 }, (_, index) => [String(index + 1), amount]));

  it('in a cell of the tracker, echoed in full while one types', async () => {
    const { label: fy } = await currentYear(given.admin);
    await change(given.admin, 1, fy, { budget: '2327456.78' });
    const { page, complaints } = await given.open('/tracker', await given.person('Editor'));
    await page.getByText('Amounts in INR lakh').waitFor();
    await begin(page, 1, 'budget', '24');
    await page.getByRole('tooltip', { name: '= 24,00,000' }).waitFor();
    // One types where the amount stands, and the rest of the row stays in sight.
    const [typing, held] = await Promise.all([editor(page).boundingBox(), cell(page, 1, 'budget').boundingBox()]);
    expect(Math.abs(typing!.x + typing!.width - held!.x - held!.width)).toBeLessThan(16);
    expect(typing!.width).toBeLessThanOrEqual(held!.width);
    await cell(page, 1, 'vendor').click({ trial: true });
    await page.keyboard.press('Enter');
    const changes = reasonDialog(page).getByRole('list', { name: 'What changes' });
    await expect.poll(() => changes.textContent()).toMatch(/budget: 23,27,456\.78 → 24,00,000/);
    await giveReason(page, 'Price rise', { isKept: true });
    await expect.poll(async () => (await rowOf(given.admin, 1, fy)).budget).toBe('2400000.00');
    await expect.poll(() => cell(page, 1, 'budget').textContent()).toBe('24.00');

    for (const [typed, amount] of [
      ['+5%', '2520000.00'],
      ['=240/10', '2400000.00'],
      ['25.5L', '2550000.00'],
      ['0.26cr', '2600000.00'],
      ['Rs 27,00,000', '2700000.00'],
    ] as const) {
      await typeInto(page, 1, 'budget', typed);
      await expect.poll(async () => (await rowOf(given.admin, 1, fy)).budget).toBe(amount);
    }
    expect(complaints).toEqual([]);
  });

  it('and opening a cell shows every digit and changes none', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { version } = await change(given.admin, 2, fy, { budget: '2327456.78' });
    const { page } = await given.open('/tracker', await given.person('Editor'));
    await cell(page, 2, 'budget').click();
    await cell(page, 2, 'budget').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => editor(page).inputValue()).toBe('23.2745678');
    await page.keyboard.press('Enter');
    await cell(page, 3, 'budget').and(page.locator(':focus')).waitFor();
    expect(await rowOf(given.admin, 2, fy)).toMatchObject({ budget: '2327456.78', version });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('also when it is copied, pasted, filled down and added up', async () => {
    const { label: fy } = await currentYear(given.admin);
    for (const id of [3, 4]) await change(given.admin, id, fy, { months: monthsInLakh('2327456.78') });
    const { page } = await given.open('/tracker?view=months', await given.person('Editor'), { width: 1600 });
    await cell(page, 3, 'm1').click();
    await cell(page, 3, 'm1').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+c');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe('23.2745678');
    await paste(page, 3, 'm2', '24.5\t25');
    await giveReason(page, 'From the workbook', { isKept: true });
    await expect
      .poll(async () => (await rowOf(given.admin, 3, fy)).months?.slice(0, 3))
      .toEqual(['2327456.78', '2450000.00', '2500000.00']);
    await cell(page, 4, 'm2').click();
    await cell(page, 4, 'm2').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+d');
    await expect.poll(async () => (await rowOf(given.admin, 4, fy)).months?.[1]).toBe('2450000.00');
    await cell(page, 3, 'm2').click();
    await cell(page, 3, 'm3').click({ modifiers: ['Shift'] });
    await expect.poll(() => status(page).textContent()).toContain('Sum 49.50 lakh');
  });

  it('and a block in rupees is asked about once, before the reason, with nothing saved until it is answered', async () => {
    const { label: fy } = await currentYear(given.admin);
    for (const id of [5, 6]) await change(given.admin, id, fy, { months: monthsInLakh('2327456.78') });
    const before = (await rowOf(given.admin, 5, fy)).version;
    const { page } = await given.open('/tracker?view=months', await given.person('Editor'), { width: 1600 });
    const rupees = '24,00,000\t25,00,000\r\n26,00,000\t27,00,000';
    await paste(page, 5, 'm1', rupees);
    await page.getByRole('dialog', { name: 'These look like rupees in a grid of lakh' }).waitFor();
    expect(await reasonDialog(page).count()).toBe(0);
    await page.keyboard.press('Escape');
    await doubt(page).waitFor({ state: 'hidden' });
    expect((await rowOf(given.admin, 5, fy)).version).toBe(before);
    expect(await cell(page, 5, 'm1').textContent()).toBe('23.27');

    await paste(page, 5, 'm1', rupees);
    await doubt(page).getByRole('button', { name: 'Read them as rupees' }).click();
    await giveReason(page, 'From the workbook');
    const pasted = async () =>
      (await listOf(given.admin, `fy=${fy}&id=5,6&sort=uid&with=months`)).data.map(({ months }) => months?.slice(0, 2));
    await expect.poll(pasted).toEqual([
      ['2400000.00', '2500000.00'],
      ['2600000.00', '2700000.00'],
    ]);
  });

  it('and an amount far off, or negative, is asked about first', async () => {
    const { label: fy } = await currentYear(given.admin);
    await change(given.admin, 7, fy, { months: monthsInLakh('2327456.78') });
    const { page } = await given.open('/tracker?view=months', await given.person('Editor'), { width: 1600 });
    const month = async () => (await rowOf(given.admin, 7, fy)).months?.[3];

    await typeInto(page, 7, 'm4', '9000');
    const dialog = page.getByRole('dialog', { name: 'Is this amount right?' });
    await dialog.getByText('90,00,00,000.00').waitFor();
    await dialog.getByText(/387 times as much as 23,27,456\.78/).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => cell(page, 7, 'm4').textContent()).toBe('23.27');

    await typeInto(page, 7, 'm4', '-2');
    await dialog.getByText('-2,00,000.00').waitFor();
    await page.keyboard.press('Enter');
    await giveReason(page, 'Planned recovery', { isKept: true });
    await expect.poll(month).toBe('-200000.00');

    await typeInto(page, 7, 'm5', '2327456');
    await page.getByRole('dialog', { name: 'This looks like rupees in a grid of lakh' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await rowOf(given.admin, 7, fy)).months?.[4]).toBe('2327456.00');

    await begin(page, 7, 'm6', '10000000');
    await page.getByRole('tooltip', { name: /below 1,000,000,000,000/ }).waitFor();
  });

  it('in filters, a new service, and the months of a service', async () => {
    const { label: fy } = await currentYear(given.admin);
    await change(given.admin, 8, fy, { months: monthsInLakh('2327456.78') });
    const { page } = await given.open('/tracker', await given.person('Editor'));
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Budget', exact: true }).click();
    await page.getByRole('textbox', { name: 'From' }).fill('24.5');
    await page.getByText('= 24,50,000').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => new URL(page.url()).searchParams.get('budget.gte')).toBe('2450000.00');
    await page.getByRole('button', { name: /^Budget from 24\.50 lakh/ }).click();
    await expect.poll(() => page.getByRole('textbox', { name: 'From' }).inputValue()).toBe('24.5');
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: 'New service' }).click();
    const dialog = page.getByRole('dialog', { name: 'New service' });
    await dialog.getByLabel('UID').fill('NEW-LAKH');
    await dialog.getByRole('textbox', { name: 'Service', exact: true }).fill('Lakh');
    await dialog.getByLabel(`Budget ${fy}`).fill('24');
    await dialog.getByText('= 24,00,000').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('A new contract');
    await dialog.getByRole('button', { name: 'Add service' }).click();
    await page.getByRole('heading', { name: /NEW-LAKH/ }).waitFor();
    expect((await listOf(given.admin, `fy=${fy}&uid=NEW-LAKH`)).data[0]?.budget).toBe('2400000.00');

    await page.goto(`${given.product.url}/services/8?tab=months`);
    await shows(cell(page, 8, 'm1'), '23.27');
    await cell(page, 8, 'm1').click();
    await page.keyboard.press('F2');
    const month = page.locator('.MuiDataGrid-cell--editing input:focus');
    await expect.poll(() => month.inputValue()).toBe('23.2745678');
    await month.fill('24');
    await page.getByText('= 24,00,000').waitFor();
    await page.keyboard.press('Enter');
    await giveReason(page, 'Price rise');
    await expect.poll(async () => (await rowOf(given.admin, 8, fy)).months?.[0]).toBe('2400000.00');
  });
});
