import type { AllocationKey } from '@opex/contracts/allocation-keys';
import { expect, it } from 'vitest';
import { describeBeforeClose } from './product.ts';
import { cell, change, currentYear, giveReason, reasonDialog, rowOf, shows, typeInto } from './tracker.ts';

describeBeforeClose('Two people at the same row', (given) => {
  for (const { id, choice, option, budget } of [
    { id: 2, choice: 'keeps the own one', option: /^Keep mine: 7,00,000\.00/, budget: '700000.00' },
    { id: 3, choice: 'takes the other one', option: /^Take theirs: 5,00,000\.00/, budget: '500000.00' },
  ]) {
    it(`shows the slower person both values, who ${choice}`, async () => {
      const { label: fy } = await currentYear(given.admin);
      const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
      await typeInto(page, id, 'budget', '700000');
      await reasonDialog(page).waitFor();
      await change(given.admin, id, fy, { budget: '500000.00' });
      await giveReason(page, 'Mine');
      const { user } = (await given.admin.json('/api/auth/me')) as { user: { name: string } };

      const dialog = page.getByRole('dialog', { name: `${user.name} changed this meanwhile` });
      await dialog.waitFor();
      expect(await dialog.getByRole('radio').count()).toBe(2);
      await dialog.getByLabel(option).check();
      await dialog.getByRole('button', { name: 'Continue' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await shows(cell(page, id, 'budget'), budget);
      await expect.poll(async () => (await rowOf(given.admin, id, fy)).budget).toBe(budget);
    });
  }

  it('saves both changes when they touch different cells of the row, without asking', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    await typeInto(page, 4, 'budget', '400000');
    await reasonDialog(page).waitFor();
    await change(given.admin, 4, fy, { vendorService: 'Renamed at another desk' });
    await giveReason(page, 'Mine');
    await expect
      .poll(() => rowOf(given.admin, 4, fy))
      .toMatchObject({ budget: '400000.00', vendorService: 'Renamed at another desk' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says discreetly that somebody else changed a row on screen, and leaves the focus where it is', async () => {
    const { label: fy } = await currentYear(given.admin);
    const colleague = await given.person('Editor');
    const { page, complaints, isLive } = await given.open('/tracker', await given.person('Viewer'), { isExact: true });
    await cell(page, 7, 'ytdActual').click();
    await isLive();
    const { uid } = await change(colleague.api, 8, fy, { budget: '123456.78' });
    await page.getByRole('status').getByText(`Updated by ${colleague.user.name}: ${uid}`).waitFor();
    await shows(cell(page, 8, 'budget'), '123456.78');
    expect(await page.locator('[role=row][data-id="7"] [data-field="ytdActual"]:focus').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('shows what was changed after the list was read and before the page heard of changes', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page, isLive } = await given.open('/tracker', await given.person('Viewer'), { isExact: true });
    await isLive();
    let goOn: () => void = () => undefined;
    const changed = new Promise<void>((resolve) => (goOn = resolve));
    await page.context().route('**/api/events', async (route) => {
      await changed;
      await route.continue();
    });
    await page.reload();
    await shows(cell(page, 10, 'budget'), (await rowOf(given.admin, 10, fy)).budget);
    await change(given.admin, 10, fy, { budget: '654321.00' });
    goOn();
    await shows(cell(page, 10, 'budget'), '654321.00');
  });

  it('shows both values of a month on the page of the service too', async () => {
    const { label: fy, periods } = await currentYear(given.admin);
    const month = periods[0]!.label;
    const { page } = await given.open('/services/9?tab=months', await given.person('Editor'), { isExact: true });
    await typeInto(page, 9, 'm1', '111111');
    await reasonDialog(page).getByRole('textbox', { name: 'Reason' }).fill('Mine');
    await change(given.admin, 9, fy, { months: { 1: '222222.00' } });
    await reasonDialog(page).getByRole('button', { name: 'Save' }).click();
    const { user } = (await given.admin.json('/api/auth/me')) as { user: { name: string } };
    const conflict = page.getByRole('dialog', { name: `${user.name} changed this meanwhile` });
    const choice = conflict.getByRole('radiogroup', { name: new RegExp(`${month}$`) });
    await choice.getByLabel('Take theirs: 2,22,222.00').waitFor();
    await choice.getByLabel('Keep mine: 1,11,111.00').check();
    await conflict.getByRole('button', { name: 'Continue' }).click();
    await conflict.waitFor({ state: 'hidden' });
    await expect.poll(async () => (await rowOf(given.admin, 9, fy)).months?.[0]).toBe('111111.00');
  });

  it('shows both values of each entity of an allocation key, and what is saved in the end before it is', async () => {
    const keys = async () => ((await given.admin.json('/api/allocation-keys')) as { data: AllocationKey[] }).data;
    const key = (await keys()).find(({ usedBy, versions }) => usedBy > 0 && versions[0]!.drivers.length > 3)!;
    const [version] = key.versions;
    const { validFrom, drivers } = version!;
    const [both, mine, theirs] = drivers;
    const { page } = await given.open(`/masters/allocation-keys?key=${key.id}`, await given.person('Approver'));
    await page.getByRole('button', { name: 'Correct' }).click();
    await page.getByRole('textbox', { name: `Value of ${both!.entity}`, exact: true }).fill('11');
    await page.getByRole('textbox', { name: `Value of ${mine!.entity}`, exact: true }).fill('22');
    await page.getByRole('button', { name: 'Preview' }).click();
    const dialog = page.getByRole('dialog', { name: `Correct ${key.name}` });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('Counted again');
    const atAnotherDesk = new Map([
      [both!.entityId, '33'],
      [theirs!.entityId, '44'],
    ]);
    await given.admin.json(`/api/allocation-keys/${key.id}/versions/${version!.id}`, {
      method: 'PATCH',
      version: key.version,
      body: {
        validFrom,
        drivers: drivers.map(({ entityId, value }) => ({ entityId, value: atAnotherDesk.get(entityId) ?? value })),
        reason: 'Counted at another desk',
      },
    });
    await dialog.getByRole('button', { name: 'Save' }).click();

    const { user } = (await given.admin.json('/api/auth/me')) as { user: { name: string } };
    const conflict = page.getByRole('dialog', { name: `${user.name} changed this meanwhile` });
    const choice = conflict.getByRole('radiogroup', { name: `Value of ${both!.entity}`, exact: true });
    await choice.getByLabel('Take theirs: 33').waitFor();
    expect(await conflict.getByRole('radiogroup').count()).toBe(1);
    await choice.getByLabel('Keep mine: 11').check();
    await conflict.getByRole('button', { name: 'Continue' }).click();
    await dialog.getByText('Another person changed these values meanwhile').waitFor();
    expect((await keys()).find(({ id }) => id === key.id)!.version).toBe(key.version + 1);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const saved = new Map([...atAnotherDesk, [both!.entityId, '11'], [mine!.entityId, '22']]);
    const now = (await keys()).find(({ id }) => id === key.id)!.versions.find(({ id }) => id === version!.id)!;
    expect(now.drivers.map(({ entityId, value }) => [entityId, value])).toEqual(
      drivers.map(({ entityId, value }) => [entityId, saved.get(entityId) ?? value]),
    );
  });
});
