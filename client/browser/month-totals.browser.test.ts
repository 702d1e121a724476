import { expect, it } from 'vitest';
import { describeBeforeClose, settled } from './product.ts';
import { amountIn, cell, currentYear, giveReason, listOf, plus, typeInto } from './tracker.ts';

describeBeforeClose('Below the months of the tracker', (given) => {
  it('stand their totals: budget, actual and variance, of what is filtered, and they follow an edit', async () => {
    const { label: fy, periods, reportedThrough } = await currentYear(given.admin);
    const tower = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data[0]!.towerId!;
    const { page, complaints } = await given.open(
      `/tracker?view=months&tower=${tower}`,
      await given.person('Approver'),
      {
        width: 1920,
        isExact: true,
      },
    );
    const line = (name: string, month: number) =>
      page.getByRole('group', { name, exact: true }).locator(`[data-field=m${month}]`);
    const shown = async (name: string, month: number) => amountIn(await line(name, month).textContent());
    await settled(page);
    const { monthTotals, data } = await listOf(given.admin, `fy=${fy}&tower=${tower}&sort=uid&with=month-totals`);
    for (const month of [1, 6, 12]) {
      expect(await shown('Totals', month)).toBe(monthTotals!.budget[month - 1]);
      expect(await shown('Actual by month', month)).toBe(monthTotals!.actual[month - 1]);
      const size = (await shown('Variance by month', month)).replace('-', '');
      const [budget, actual] = [monthTotals!.budget[month - 1]!, monthTotals!.actual[month - 1]!];
      expect(size).toBe(month > reportedThrough ? '' : plus(budget, `-${actual}`).replace('-', ''));
    }

    const open = periods.findLast(({ state }) => state === 'OPEN')!.number;
    const row = data[0]!;
    await typeInto(page, row.id, `m${open}`, plus(row.months![open - 1] ?? '0.00', '1000.00'));
    await giveReason(page, 'To see the totals follow');
    await expect.poll(() => shown('Totals', open)).toBe(plus(monthTotals!.budget[open - 1]!, '1000.00'));
    expect(await cell(page, row.id, 'budget').count()).toBe(1);
    expect(complaints).toEqual([]);
  });
});
