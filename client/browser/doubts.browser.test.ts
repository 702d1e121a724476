import type { CurrencyRate } from '@opex/contracts/currencies';
import type { HistoryEntry } from '@opex/contracts/services';
import { expect, it } from 'vitest';
import { describeInBrowser } from './product.ts';
import { cell, currentYear, listOf, rowOf } from './tracker.ts';

describeInBrowser('What is easily changed by mistake', (given) => {
  const ratesOf = async () =>
    (await given.admin.json('/api/currency-rates?sort=-effectiveDate&set=ACTUAL&limit=200')) as {
      data: CurrencyRate[];
    };

  it('a rate ten times off the one before it is asked about first', async () => {
    const { data: before } = await ratesOf();
    const last = before[0]!;
    const { page } = await given.open('/masters/currency-rates', await given.person('Approver'));
    await page.getByRole('button', { name: 'Add rate' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add rate' });
    await dialog.getByRole('combobox', { name: 'Currency' }).click();
    await page.getByRole('option', { name: new RegExp(`^${last.currency} `) }).click();
    await dialog.getByRole('textbox', { name: 'From' }).fill('30 Dec 2026');
    const tenfold = String(Number(last.rate) * 10);
    await dialog.getByRole('textbox', { name: /for one$/ }).fill(tenfold);
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Is this rate right?' });
    await question.getByText(/is 10 times as much as/).waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect((await ratesOf()).data).toHaveLength(before.length);
    await dialog.getByRole('textbox', { name: /for one$/ }).fill(String(Number(last.rate) + 1));
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await expect.poll(async () => (await ratesOf()).data.length).toBe(before.length + 1);
    expect(await question.count()).toBe(0);
  });

  it('the type of a service is changed with a reason, and one is told from when on', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { data } = await listOf(given.admin, `fy=${fy}&sort=uid&limit=1&serviceType=Shared`);
    const [service] = data;
    const columns = 'cols=uid,service,serviceType,initiativeType';
    const { page } = await given.open(`/tracker?${columns}&serviceType=Shared`, await given.person('Editor'));
    await cell(page, service!.id, 'initiativeType').dblclick();
    const other = service!.initiativeType === 'New' ? 'Existing' : 'New';
    await page.getByRole('option', { name: other }).click();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Why does this change?' });
    await dialog.getByText(`${service!.initiativeType} → ${other}`).waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect((await rowOf(given.admin, service!.id, fy)).version).toBe(service!.version);

    await page.goto(`${given.product.url}/services/${service!.id}`);
    await page.getByRole('button', { name: /^Change Service type/ }).click();
    await page.getByRole('option', { name: 'Dedicated' }).click();
    const why = page.getByRole('dialog', { name: 'Why does service type change?' });
    await why.getByText(/^It counts from \w+ \d+ on/).waitFor();
    await why.getByRole('textbox', { name: 'Reason' }).fill('One entity uses it');
    await why.getByRole('button', { name: 'Save' }).click();
    await expect.poll(async () => (await rowOf(given.admin, service!.id, fy)).serviceType).toBe('Dedicated');
    const history = (await given.admin.json(`/api/services/${service!.id}/history`)) as { data: HistoryEntry[] };
    expect(history.data[0]).toMatchObject({
      reason: 'One entity uses it',
      changes: { serviceType: { to: 'Dedicated' } },
    });
  });
});
