import type { Dashboard } from '@opex/contracts/reports';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { describeInBrowser, type Person, settled } from './product.ts';
import { amountIn, currentYear, plus } from './tracker.ts';

/** The amounts of the rows of a table, column by column, without the names at the left. */
async function amountsIn(page: Page, table: string, columns: readonly number[]): Promise<string[][]> {
  const rows = await page.getByRole('table', { name: table, exact: true }).locator('tbody tr').all();
  return Promise.all(
    rows.map(async (row) => {
      const cells = await row.locator('th, td').allTextContents();
      return columns.map((column) => amountIn((cells[column] ?? '').replace(/\(.*\)/, '')));
    }),
  );
}
const sumOf = (amounts: readonly string[]) => plus('0.00', ...amounts);
/** 6500123.45 -> "65.00 L" */
const inLakhOrCrore = (amount: string) => {
  const size = Math.abs(Number(amount));
  return size >= 1e7 ? `${(size / 1e7).toFixed(2)} cr` : `${(size / 1e5).toFixed(2)} L`;
};

describeInBrowser('The figures of the dashboard', (given) => {
  let report: Dashboard;
  let reader: Person;
  beforeAll(async () => {
    const { label } = await currentYear(given.admin);
    report = (await given.admin.json(`/api/reports/dashboard?fy=${label}`)) as Dashboard;
    reader = await given.person('Viewer');
  });

  it('begin with a sentence that says over or under, by how much, and where', async () => {
    const { page } = await given.open('/', reader);
    const { variance: ytdVariance, variancePercent: ytdVariancePercent } = report.totals.compared;
    const side = (variance: string) => (variance.startsWith('-') ? 'over' : 'under');
    const [worst] = [...report.towers].sort((one, other) => Number(one.ytdVariance) - Number(other.ytdVariance));
    const percent = Math.abs(Number(ytdVariancePercent)).toFixed(1);
    await expect
      .poll(() => page.locator('main p[aria-live=polite]').textContent())
      .toMatch(
        new RegExp(
          `^${report.fy} to date \\(.*\\) is ${inLakhOrCrore(ytdVariance)} ${side(ytdVariance)} budget, ${percent} %; ` +
            `${worst!.tower} is ${inLakhOrCrore(worst!.ytdVariance)} ${side(worst!.ytdVariance)}\\.$`,
        ),
      );
  });

  it('are those of the API, to the last paisa', async () => {
    const { page } = await given.open('/?tables=months,towers,vendors', reader, { isExact: true });
    await settled(page);
    const { totals, months, towers, vendors, variances, renewals } = report;
    const titles = page.locator('dl dd:has(a)');
    await expect
      .poll(async () => {
        const shown = await titles.evaluateAll((all) => all.map((title) => title.getAttribute('title')));
        return shown.map(amountIn);
      })
      .toEqual([
        ...[totals.ytdBudget, totals.ytdActual, totals.budget],
        ...[totals.committed, totals.available, totals.outlook],
      ]);

    expect(await amountsIn(page, 'Budget and actual by month', [1, 2])).toEqual(
      months.map(({ budget, actual }) => [budget, actual]),
    );
    expect(await amountsIn(page, 'Towers', [1, 2, 3])).toEqual(
      towers.map(({ ytdBudget, ytdActual, ytdVariance }) => [ytdBudget, ytdActual, ytdVariance]),
    );
    expect(await amountsIn(page, 'Top vendors', [1, 2])).toEqual(
      vendors.map(({ compared: { budget, actual } }) => [budget, actual]),
    );
    expect(await amountsIn(page, 'Furthest over budget', [2])).toEqual(
      variances.adverse.map(({ ytdVariance }) => [ytdVariance]),
    );
    expect(await amountsIn(page, 'Furthest under budget', [2])).toEqual(
      variances.favourable.map(({ ytdVariance }) => [ytdVariance]),
    );
    expect(sumOf(towers.map(({ ytdVariance }) => ytdVariance))).toBe(totals.ytdVariance);
    expect(sumOf(months.map(({ budget }) => budget))).toBe(totals.budget);

    const atRisk = page.getByRole('table', { name: 'Renewals in the next 120 days' }).locator('tfoot td').last();
    expect(amountIn(await atRisk.textContent())).toBe(renewals.budget);
  });
});
