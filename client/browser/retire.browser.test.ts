import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import { cell, currentYear, listOf } from './tracker.ts';

describeBeforeClose('A retired service', (given) => {
  it('leaves the plan for what has not begun, takes no changes, and comes back', async () => {
    const { label: fy, periods } = await currentYear(given.admin);
    const row = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1&with=months`)).data[0]!;
    const today = new Date().toISOString().slice(0, 10);
    const toCome = periods.filter(({ state, startDate }) => state === 'OPEN' && startDate > today);
    const months = async () => (await listOf(given.admin, `fy=${fy}&id=${row.id}&with=months`)).data[0]!.months!;
    const before = await months();
    expect(toCome.some(({ number }) => Number(before[number - 1]) > 0)).toBe(true);

    const { page, complaints } = await given.open(`/services/${row.id}?tab=months`, await given.person('Approver'));
    await page.getByRole('button', { name: 'Retire' }).click();
    const dialog = page.getByRole('dialog', { name: `Retire ${row.uid}` });
    expect(await dialog.getByRole('checkbox', { name: /months that have not begun/ }).isChecked()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Cancelled with the vendor');
    await dialog.getByRole('button', { name: 'Retire' }).click();
    await page.getByText('The service is retired; reinstate it to change its months.').waitFor();
    const begun = (month: string | null, index: number) =>
      toCome.some(({ number }) => number === index + 1) ? '0.00' : month;
    await expect.poll(months).toEqual(before.map(begun));

    await page.goto(`${given.product.url}/tracker?status=Retired`);
    await cell(page, row.id, 'budget').click();
    await page.keyboard.press('5');
    await page.getByRole('alert').getByText('Retired: reinstate the service to change it').waitFor();

    await page.goto(`${given.product.url}/services/${row.id}`);
    await page.getByRole('button', { name: 'Reinstate' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('The vendor came back');
    await page.getByRole('dialog').getByRole('button', { name: 'Reinstate' }).click();
    await page.getByRole('button', { name: 'Retire' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
