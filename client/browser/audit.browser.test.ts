import type { AuditBatch } from '@opex/contracts/audit';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { accessibilityFindings, describeBeforeClose, settled, type Given } from './product.ts';
import { change, currentYear, listOf, plus, rowOf } from './tracker.ts';

const size = 6;
const lines = (page: Page) => page.getByRole('list', { name: 'Changes, newest first' }).locator(':scope > li');
const undoDialog = (page: Page) => page.getByRole('dialog', { name: 'Why is this undone?' });

/** Somebody pastes a block: the first month of six services. */
async function paste(given: Given, fy: string, reason: string) {
  const { data } = await listOf(given.admin, `fy=${fy}&sort=uid&limit=${size}&with=months`);
  const changes = data.map(({ id, version, months = [] }) => ({
    id,
    version,
    months: { 1: plus(months[0] ?? '0.00', '1000.00') },
  }));
  await given.admin.json(`/api/budgets?fy=${fy}`, { method: 'PATCH', body: { reason, changes } });
  return data;
}
const openBatch = async (page: Page) => {
  await lines(page)
    .first()
    .getByRole('button', { name: /^Show entry/ })
    .click();
  await page.getByRole('list', { name: 'What changed' }).waitFor();
};
const firstMonths = async (given: Given, fy: string) =>
  (await listOf(given.admin, `fy=${fy}&sort=uid&limit=${size}&with=months`)).data.map(({ months }) => months?.[0]);

describeBeforeClose('The audit log', (given) => {
  it('shows a batch as one line, opens to its rows, and undoes all of it with a reason of its own', async () => {
    const { label: fy } = await currentYear(given.admin);
    const before = await paste(given, fy, 'The plan of the vendor');
    const { page, complaints } = await given.open('/audit?action=service.updated', await given.person('Approver'));
    await lines(page).first().getByText('because: The plan of the vendor').waitFor();
    expect(await lines(page).first().textContent()).toContain(`changed ${size} services`);
    expect(await lines(page).count()).toBe(1);
    await openBatch(page);
    for (const { uid } of before) await page.getByRole('link', { name: uid, exact: true }).waitFor();
    await settled(page);
    expect(await accessibilityFindings(page)).toEqual([]);

    await page.getByRole('button', { name: 'Undo this batch' }).click();
    await undoDialog(page).getByRole('button', { name: 'Undo' }).click();
    await page.getByText(`Undone: ${size} cells`).waitFor();
    expect(await firstMonths(given, fy)).toEqual(before.map(({ months }) => months?.[0]));
    await lines(page).first().getByText('because: Undo: The plan of the vendor').waitFor();
    const { data } = (await given.admin.json('/api/audit/batches?limit=1')) as { data: AuditBatch[] };
    expect(data[0]?.parts).toMatchObject([{ action: 'service.updated', count: size }]);
    expect(complaints).toEqual([]);
  });

  it('asks about what was changed again since, and puts back what is chosen', async () => {
    const { label: fy } = await currentYear(given.admin);
    const before = await paste(given, fy, 'Too early');
    const [first, second] = before;
    await change(given.admin, first!.id, fy, { months: { 1: '77777.00' } });
    await change(given.admin, second!.id, fy, { months: { 1: '88888.00' } });
    const { page } = await given.open('/audit?q=Too+early', await given.person('Approver'));
    await openBatch(page);
    await page.getByRole('button', { name: 'Undo this batch' }).click();
    await undoDialog(page).getByRole('textbox', { name: 'Reason' }).fill('It was meant for next year');
    await undoDialog(page).getByRole('button', { name: 'Undo' }).click();
    const conflict = page.getByRole('dialog', { name: /changed this meanwhile$/ });
    await conflict.getByRole('radio', { name: 'Leave it: 88,888.00' }).waitFor();
    await conflict
      .getByRole('radiogroup')
      .first()
      .getByRole('radio', { name: /^Put it back/ })
      .check();
    await conflict.getByRole('button', { name: 'Continue' }).click();
    await page.getByText(`Undone: ${size - 1} cells`).waitFor();
    const expected = before.map(({ months }, index) => (index === 1 ? '88888.00' : months?.[0]));
    expect(await firstMonths(given, fy)).toEqual(expected);
    expect((await rowOf(given.admin, first!.id, fy)).version).toBe(first!.version + 3);
  });
});
