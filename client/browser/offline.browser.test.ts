import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';

describeInBrowser('Without a line', (given) => {
  it('what cannot be read says so, and comes when the line does', async () => {
    const { data: years } = (await given.admin.json('/api/fiscal-years')) as { data: FiscalYear[] };
    const { page } = await given.open('/', await given.person('Viewer'));
    await settled(page);
    await page.context().setOffline(true);
    await page
      .getByRole('combobox', { name: 'Fiscal year' })
      .selectOption(years.find(({ current }) => !current)!.label);
    await page.getByRole('alert').getByRole('button', { name: 'Try again' }).waitFor();
    expect(await page.getByLabel('Loading the dashboard').count()).toBe(0);
    await page.context().setOffline(false);
    await page.locator('dl dd').first().waitFor();
  });
});
