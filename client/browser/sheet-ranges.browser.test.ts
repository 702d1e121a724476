import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import { cell, currentYear, giveReason, listOf, reasonDialog } from './tracker.ts';

describeBeforeClose('Several cells of the tracker', (given) => {
  const opened = async () => {
    const { label: fy } = await currentYear(given.admin);
    const rows = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=50`)).data;
    const { page, complaints } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    await cell(page, rows[0]!.id, 'budget').waitFor();
    return { fy, rows, page, complaints };
  };

  it('all take what is typed with Ctrl and Enter, as one batch', async () => {
    const { fy, rows, page, complaints } = await opened();
    const ids = rows.slice(0, 3).map(({ id }) => id);
    await cell(page, ids[0]!, 'budget').click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await expect.poll(() => cell(page, ids[2]!, 'budget').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('F2');
    await page.locator('.MuiDataGrid-cell--editing input:focus').fill('+5%');
    await page.keyboard.press('Control+Enter');
    await reasonDialog(page).getByText('3 cells in 3 rows are about to change.').waitFor();
    await giveReason(page, 'Prices rise by five percent');
    const budgets = async () => {
      const { data } = await listOf(given.admin, `fy=${fy}&sort=uid&limit=3`);
      return data.map(({ budget }) => Number(budget));
    };
    const wanted = rows.slice(0, 3).map(({ budget }) => expect.closeTo(Number(budget) * 1.05, 1) as number);
    await expect.poll(budgets).toEqual(wanted);
    expect(complaints).toEqual([]);
  });

  it('stand in the order of two columns after a click on one and, with Shift, on another', async () => {
    const { fy, page } = await opened();
    const heading = (field: string) => page.locator(`[role=columnheader][data-field=${field}]`);
    await heading('tower').click();
    await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('tower');
    await heading('budget').click({ modifiers: ['Shift'] });
    await page.getByText('Then by Budget, ascending').waitFor();
    await heading('budget').click({ modifiers: ['Shift'] });
    await page.getByText('Then by Budget, descending').waitFor();
    const { data } = await listOf(given.admin, `fy=${fy}&sort=tower,-budget&limit=3`);
    const uids = page.locator('[role=row][data-id] [data-field=uid]');
    await expect.poll(async () => (await uids.allTextContents()).slice(0, 3)).toEqual(data.map(({ uid }) => uid));
  });

  it('stand in columns as wide as they were drawn, after a reload too', async () => {
    const { page } = await opened();
    const heading = page.locator('[role=columnheader][data-field=tower]');
    const widthOf = async () => Math.round((await heading.boundingBox())!.width);
    const before = await widthOf();
    const edge = (await heading.locator('.MuiDataGrid-columnSeparator').boundingBox())!;
    await page.mouse.move(edge.x + edge.width / 2, edge.y + edge.height / 2);
    await page.mouse.down();
    await page.mouse.move(edge.x + 60, edge.y + edge.height / 2, { steps: 4 });
    await page.mouse.up();
    const drawn = await widthOf();
    expect(drawn).toBeGreaterThan(before + 30);
    await page.reload();
    await expect.poll(widthOf).toBe(drawn);
  });

  it('are reached with Tab within a row, and with Ctrl and arrows, and are told apart by a screen reader', async () => {
    const { rows, page } = await opened();
    const [first, last] = [rows[0]!.id, rows.at(-1)!.id];
    await cell(page, first, 'tower').click();
    await page.keyboard.press('Tab');
    await cell(page, first, 'endDate').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Shift+Tab');
    await cell(page, first, 'tower').and(page.locator(':focus')).waitFor();
    await cell(page, first, 'budget').click();
    await page.keyboard.press('Control+ArrowDown');
    await cell(page, last, 'budget').and(page.locator(':focus')).waitFor();
    await page.keyboard.press('Control+Shift+ArrowUp');
    await page.getByText(/^50 cells/).waitFor();
    expect(await cell(page, first, 'uid').getAttribute('role')).toBe('rowheader');
    expect(await cell(page, first, 'budget').getAttribute('aria-readonly')).toBe('false');
    expect(await cell(page, first, 'ytdActual').getAttribute('aria-readonly')).toBe('true');
  });
});
