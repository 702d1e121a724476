import type { Dashboard } from '@opex/contracts/reports';
import type { HistoryEntry } from '@opex/contracts/services';
import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import {
  amountIn,
  cell,
  currentYear,
  giveReason,
  listOf,
  plus,
  reasonDialog,
  rowOf,
  shows,
  total,
  typeInto,
} from './tracker.ts';

const more = '120000.00';
const reason = 'The contract was renewed at a higher price';

describeBeforeClose('Editing a budget in the tracker', (given) => {
  it('asks the reason once; row, totals, dashboard and history follow; undo and redo put it back and forth', async () => {
    const { label: fy } = await currentYear(given.admin);
    const [first, second] = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=2`)).data;
    const { months } = await rowOf(given.admin, first!.id, fy);
    const totals = (await listOf(given.admin, `fy=${fy}&limit=1`)).totals;
    const editor = await given.person('Editor');
    const { page, complaints } = await given.open('/tracker?horizon=year', editor, { isExact: true });
    const onlooker = await given.open('/?horizon=year', await given.person('Viewer'), { isExact: true });
    const yearBudget = onlooker.page.locator('dl dd').first();
    const shownBudget = async () => amountIn(await yearBudget.getAttribute('title'));
    await expect.poll(shownBudget).toBe(totals.budget);
    await onlooker.isLive();

    await shows(cell(page, first!.id, 'budget'), first!.budget);
    await typeInto(page, first!.id, 'budget', plus(first!.budget, more));
    await reasonDialog(page).getByText('One cell is about to change.').waitFor();
    await giveReason(page, reason, { isKept: true });
    await shows(cell(page, first!.id, 'budget'), plus(first!.budget, more));
    await shows(cell(page, first!.id, 'variance'), plus(first!.variance, more));
    await shows(total(page, 'budget'), plus(totals.budget, more));
    await shows(total(page, 'variance'), plus(totals.variance, more));
    await expect.poll(shownBudget).toBe(plus(totals.budget, more));

    await typeInto(page, second!.id, 'budget', plus(second!.budget, more));
    await shows(total(page, 'budget'), plus(totals.budget, more, more));
    expect(await reasonDialog(page).count()).toBe(0);

    await page.keyboard.press('Control+z');
    await shows(cell(page, second!.id, 'budget'), second!.budget);
    await shows(total(page, 'budget'), plus(totals.budget, more));
    await page.getByRole('button', { name: 'Undo' }).click();
    await shows(cell(page, first!.id, 'budget'), first!.budget);
    await shows(total(page, 'budget'), totals.budget);
    await expect.poll(async () => (await rowOf(given.admin, first!.id, fy)).months).toEqual(months);
    await page.getByRole('button', { name: 'Redo' }).click();
    await shows(total(page, 'budget'), plus(totals.budget, more));

    await page.getByRole('link', { name: 'Dashboard' }).click();
    const reported = async () => (await given.admin.json(`/api/reports/dashboard?fy=${fy}`)) as Dashboard;
    await expect.poll(async () => (await reported()).totals.budget).toBe(plus(totals.budget, more));
    const figures = page.locator('dl dd:has(a)');
    await expect
      .poll(async () => amountIn(await figures.first().getAttribute('title')))
      .toBe(plus(totals.budget, more));

    await page.goto(`${given.product.url}/services/${first!.id}?tab=history`);
    const entries = page.getByRole('list', { name: 'History, newest first' }).locator(':scope > li');
    await expect.poll(() => entries.count()).toBeGreaterThanOrEqual(3);
    const words = await entries.allTextContents();
    expect(words[0]).toContain(editor.user.name);
    expect(words[0]).toContain(`Because: Redo: ${reason}`);
    expect(words[1]).toContain(`Because: Undo: ${reason}`);
    expect(words[2]).toContain(`Because: ${reason}`);
    expect(complaints).toEqual([]);
  });

  it('asks for the reason of each change, unless it is to be kept', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    for (const why of ['The first', 'The second']) {
      const { budget } = await rowOf(given.admin, 7, fy);
      await typeInto(page, 7, 'budget', plus(budget, more));
      expect(await reasonDialog(page).getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('');
      await giveReason(page, why);
      await shows(cell(page, 7, 'budget'), plus(budget, more));
      await expect.poll(async () => (await rowOf(given.admin, 7, fy)).budget).toBe(plus(budget, more));
    }
    const { data } = (await given.admin.json('/api/services/7/history')) as { data: HistoryEntry[] };
    expect(data.slice(0, 2).map(({ reason: why }) => why)).toEqual(['The second', 'The first']);

    const { budget } = await rowOf(given.admin, 7, fy);
    await typeInto(page, 7, 'budget', plus(budget, more));
    const recent = reasonDialog(page).getByRole('group', { name: 'Reasons you gave lately' }).getByRole('button');
    expect(await recent.allTextContents()).toEqual(['The second', 'The first']);
    await recent.last().click();
    await reasonDialog(page).getByRole('textbox', { name: 'Reason' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Enter');
    await reasonDialog(page).waitFor({ state: 'hidden' });
    await expect
      .poll(async () => {
        const { data } = (await given.admin.json('/api/services/7/history')) as { data: HistoryEntry[] };
        return data[0]?.reason;
      })
      .toBe('The first');
  });

  it('changes nothing when no reason is given, and says at the cell what cannot be an amount', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    const row = await rowOf(given.admin, 5, fy);
    await typeInto(page, 5, 'budget', plus(row.budget, '1.00'));
    await reasonDialog(page).getByRole('button', { name: 'Save' }).click();
    await reasonDialog(page).getByText('Use at least 3 characters').waitFor();
    await reasonDialog(page).getByRole('button', { name: 'Cancel' }).click();
    await shows(cell(page, 5, 'budget'), row.budget);

    await typeInto(page, 5, 'budget', 'much');
    await page.locator('.MuiDataGrid-cell--editing input[aria-invalid=true]').waitFor();
    await expect.poll(() => page.getByRole('tooltip').textContent()).toMatch(/amount|number/i);
    await page.keyboard.press('Escape');
    await shows(cell(page, 5, 'budget'), row.budget);
    expect((await rowOf(given.admin, 5, fy)).version).toBe(row.version);
  });

  it('understands 12L, 1.2cr, +10% and a calculation', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    const entered = [
      ['12L', '1200000.00'],
      ['1.2cr', '12000000.00'],
      ['+10%', '13200000.00'],
      ['=12000000/12', '1000000.00'],
    ] as const;
    for (const [index, [typed, amount]] of entered.entries()) {
      await typeInto(page, 6, 'budget', typed);
      if (index === 0) await giveReason(page, 'Different ways to write an amount', { isKept: true });
      await shows(cell(page, 6, 'budget'), amount);
      await expect.poll(async () => (await rowOf(given.admin, 6, fy)).budget).toBe(amount);
    }
  });
});
