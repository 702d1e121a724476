import type { AuditBatch } from '@opex/contracts/audit';
import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import { cell, currentYear, giveReason, listOf, plus, reasonDialog, rowOf, shows, typeInto } from './tracker.ts';

describeBeforeClose('The months of a service', (given) => {
  const opened = async () => {
    const { label: fy, periods } = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1&with=months`)).data[0]!;
    const editor = await given.person('Editor');
    const { page, complaints } = await given.open(`/services/${row.id}?tab=months`, editor, { isExact: true });
    const months = async () => (await rowOf(given.admin, row.id, fy)).months!;
    return { fy, periods, row, page, complaints, months };
  };
  const clipboard = (text: string) => navigator.clipboard.writeText(text);

  it('are saved cell by cell with a reason, and undone, as in the tracker', async () => {
    const { fy, row, page, complaints, months } = await opened();
    const before = await months();
    await shows(cell(page, row.id, 'm1'), before[0]!);
    await typeInto(page, row.id, 'm1', '4321');
    await reasonDialog(page).getByText('One cell is about to change.').waitFor();
    await giveReason(page, 'A late invoice');
    await expect.poll(async () => (await months())[0]).toBe('4321.00');
    await shows(cell(page, row.id, 'budget'), plus(row.budget, '4321.00', `-${before[0]!}`));
    await shows(page.locator('dl dd').first(), plus(row.budget, '4321.00', `-${before[0]!}`));

    await cell(page, row.id, 'm1').click();
    await page.keyboard.press('F2');
    await page.locator('.MuiDataGrid-cell--editing input:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await expect.poll(months).toEqual(before);
    await page.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(async () => (await months())[0]).toBe('4321.00');
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(months).toEqual(before);

    await cell(page, row.id, 'm2').click();
    await page.keyboard.press('Delete');
    await giveReason(page, 'Nothing comes in May');
    await expect.poll(async () => (await months())[1]).toBeNull();
    await page.getByRole('columnheader', { name: `${fy} total` }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('take a row or a column from a workbook as one batch', async () => {
    const { row, page, complaints, months } = await opened();
    const wanted = (await months()).map((month, index) => plus(month ?? '100000.00', `${index + 1}.00`));
    await page.evaluate(clipboard, wanted.join('\n'));
    await cell(page, row.id, 'm1').click();
    await page.keyboard.press('Control+v');
    await reasonDialog(page).getByText('12 cells in one row are about to change.').waitFor();
    await giveReason(page, 'The plan of the vendor');
    await expect.poll(months).toEqual(wanted);
    const { data } = (await given.admin.json('/api/audit/batches?limit=1')) as { data: AuditBatch[] };
    expect(data[0]).toMatchObject({ reason: 'The plan of the vendor' });
    expect(complaints).toEqual([]);
  });

  it('are spread anew by a total that is typed', async () => {
    const { fy, row, page } = await opened();
    const budget = plus(row.budget, '1200.00');
    await typeInto(page, row.id, 'budget', budget);
    await giveReason(page, 'A higher price');
    await expect.poll(async () => (await rowOf(given.admin, row.id, fy)).budget).toBe(budget);
  });
});
