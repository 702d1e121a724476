import { expect, it } from 'vitest';
import { describeBeforeClose, describeInBrowser, settled } from './product.ts';
import { cell, currentYear, giveReason, listOf, reasonDialog, rowOf, typeInto } from './tracker.ts';

describeInBrowser('The keys of the tracker', (given) => {
  const first = async () => {
    const { label: fy } = await currentYear(given.admin);
    const { data } = await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`);
    return { fy, row: data[0]! };
  };

  it('F2 edits what the cell holds, and ? shows all of them', async () => {
    const { fy, row } = await first();
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    await cell(page, row.id, 'service').click();
    await page.keyboard.press('F2');
    await page.locator('.MuiDataGrid-cell--editing input:focus').waitFor();
    await page.keyboard.press('End');
    await page.keyboard.type(' B');
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await rowOf(given.admin, row.id, fy)).service).toBe(`${row.service} B`);

    await cell(page, row.id, 'service').click();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.getByText('edit what the cell holds').waitFor();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
    await cell(page, row.id, 'service').and(page.locator(':focus')).waitFor();
    expect((await rowOf(given.admin, row.id, fy)).service).toBe(`${row.service} B`);
  });

  it('typing in a cell that can only be read says why', async () => {
    const { row } = await first();
    const { page } = await given.open('/tracker', await given.person('Editor'));
    await cell(page, row.id, 'ytdActual').click();
    await page.keyboard.press('5');
    await page.getByRole('alert').filter({ hasText: 'This figure is computed' }).waitFor();
    await page.getByRole('button', { name: 'Months', exact: true }).click();
    await settled(page);
    await cell(page, row.id, 'budget').click();
    await page.keyboard.press('5');
    await page.getByRole('alert').filter({ hasText: 'This is the total of its months' }).waitFor();
    const reader = await given.open('/tracker', await given.person('Viewer'));
    await cell(reader.page, row.id, 'budget').click();
    await reader.page.keyboard.press('5');
    await reader.page.getByRole('alert').filter({ hasText: 'not change it' }).waitFor();
  });
});

describeBeforeClose('A budget that is deleted', (given) => {
  it('becomes zero, which is said before the reason is given', async () => {
    const { label: fy } = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data[0]!;
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    await cell(page, row.id, 'budget').click();
    await page.keyboard.press('Delete');
    await reasonDialog(page)
      .getByText(/→ (0\.00|-)/)
      .waitFor();
    await giveReason(page, 'It was given up');
    await expect.poll(async () => (await rowOf(given.admin, row.id, fy)).budget).toBe('0.00');
  });
});

describeInBrowser('A budget of a year that has begun to close', (given) => {
  it('is deleted in its open months, and one below what the closed ones hold is refused before anything is asked', async () => {
    const { label: fy, periods } = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1&with=months`)).data[0]!;
    const isOpen = (index: number) => periods[index]!.state === 'OPEN';
    const kept = row.months!.filter((_, index) => !isOpen(index));
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    await typeInto(page, row.id, 'budget', '0');
    await page.getByText(/The closed months hold .* already, and keep it/).waitFor();
    expect(await reasonDialog(page).count()).toBe(0);

    await cell(page, row.id, 'budget').click();
    await page.keyboard.press('Delete');
    await reasonDialog(page)
      .getByText(`${12 - kept.length} cells in one row are about to change.`)
      .waitFor();
    await reasonDialog(page).getByText('Months that are closed keep what they hold.').waitFor();
    await giveReason(page, 'It was given up');
    const months = async () => (await rowOf(given.admin, row.id, fy)).months;
    await expect.poll(months).toEqual(row.months!.map((month, index) => (isOpen(index) ? null : month)));
  });
});
