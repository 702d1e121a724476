import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './product.ts';

/** The browser's own control, in which the month may come first. */
const nativeControls = (page: Page) => page.locator('input[type=date]:not([aria-hidden=true])');

describeInBrowser('A day', (given) => {
  it('is read as people write it by the filters of the audit log, and told once', async () => {
    const { page } = await given.open('/audit', await given.person('Approver'));
    const from = page.getByRole('textbox', { name: 'From' });
    await from.fill('1.4.2026');
    expect(page.url()).not.toContain('at.gte');
    await from.press('Enter');
    await expect.poll(() => page.url()).toContain('at.gte=2026-04-01');
    await expect.poll(() => from.inputValue()).toBe('01 Apr 2026');
    await from.fill('31/02/2026');
    await page.getByRole('textbox', { name: 'To' }).click();
    await page.getByText('"31/02/2026" does not exist in the calendar').waitFor();
    expect(page.url()).toContain('at.gte=2026-04-01');
    expect(await nativeControls(page).count()).toBe(0);
  });

  it('is read by the dialog of a rate, and chosen in the calendar', async () => {
    const { page } = await given.open('/masters/currency-rates', await given.person('Approver'));
    await page.getByRole('button', { name: 'Add rate' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add rate' });
    const from = dialog.getByRole('textbox', { name: 'From' });
    await from.fill('30-Nov-26');
    await from.blur();
    expect(await from.inputValue()).toBe('30 Nov 2026');
    await from.fill('soon');
    await from.blur();
    await dialog.getByText('Use a date such as 31/03/2026 or 31 Mar 2026').waitFor();
    expect(await nativeControls(page).count()).toBe(0);
    // The popup of the browser is not part of the page; what it chooses comes from its own field.
    await dialog.getByRole('button', { name: 'Calendar for From' }).click();
    await dialog.locator('input[type=date]').evaluate((input: HTMLInputElement) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, '2026-12-01');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await expect.poll(() => from.inputValue()).toBe('01 Dec 2026');
  });

  it('stands before each rate of a year that is pasted at once', async () => {
    const { page } = await given.open('/masters/currency-rates', await given.person('Approver'));
    await page.getByRole('button', { name: 'Paste rates' }).click();
    const dialog = page.getByRole('dialog', { name: 'Paste rates' });
    await dialog.getByRole('combobox', { name: 'Currency' }).click();
    await page.getByRole('option').first().click();
    const months = Array.from({ length: 12 }, (_, index) => `${index + 1}/2031`);
    const lines = months.map((month, index) => `${month}\t${80 + index}.25`);
    await dialog.getByRole('textbox', { name: 'Months and rates' }).fill([...lines.slice(0, 3), 'soon\t84'].join('\n'));
    await dialog.getByText('"soon').waitFor();
    await dialog.getByRole('textbox', { name: 'Months and rates' }).fill(lines.join('\n'));
    await dialog.getByRole('button', { name: 'Add 12 rates' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const rates = async () =>
      ((await given.admin.json('/api/currency-rates?effectiveDate.gte=2031-01-01&limit=50')) as { data: unknown[] })
        .data;
    await expect.poll(async () => (await rates()).length).toBe(12);
  });
});
