import { expect, it } from 'vitest';
import { accessibilityFindings, describeInBrowser, settled } from './product.ts';

type Row = { id: number; name: string; version: number; usedBy: number };

describeInBrowser('Two towers that turn out to be one', (given) => {
  const towers = async () => ((await given.admin.json('/api/towers?limit=200&sort=-usedBy')) as { data: Row[] }).data;

  it('are merged with a reason, and come apart again under Merges', async () => {
    const [into, from] = (await towers()) as [Row, Row];
    const who = await given.person('Approver');
    const { page, complaints } = await given.open(`/masters/towers?q=${encodeURIComponent(from.name)}`, who);
    await page.getByRole('button', { name: `Change ${from.name}` }).click();
    await page.getByRole('menuitem', { name: 'Merge into another' }).click();
    await page.getByRole('combobox', { name: 'Merge into' }).fill(into.name);
    await page.getByRole('option', { name: into.name, exact: true }).click();
    await page.getByLabel('Reason').fill('One tower with two names');
    await page.getByText(`services will use ${into.name} instead`).waitFor();
    expect(await accessibilityFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByText(`${from.name} is merged into ${into.name}`).waitFor();
    // Another person may read what was there for a moment.
    await expect
      .poll(async () => (await towers()).find(({ id }) => id === into.id)?.usedBy)
      .toBe(into.usedBy + from.usedBy);

    await page.getByRole('tab', { name: 'Merges' }).click();
    await page.getByRole('gridcell', { name: 'One tower with two names' }).waitFor();
    await settled(page);
    await page.getByRole('button', { name: `Change the merge of ${from.name} into ${into.name}` }).click();
    await page.getByRole('menuitem', { name: 'Undo' }).click();
    await page.getByLabel('Reason').fill('They are two');
    await page.getByRole('button', { name: 'Undo', exact: true }).click();
    await page.getByText(`${from.name} is there again`).waitFor();
    await expect
      .poll(async () => (await towers()).map(({ id, usedBy }) => [id, usedBy]))
      .toContainEqual([from.id, from.usedBy]);
    expect(complaints).toEqual([]);
  });

  it('are not offered for merging to a person of one entity, who reads why', async () => {
    const { data } = (await given.admin.json('/api/entities?limit=1')) as { data: Row[] };
    const { page } = await given.open('/masters/towers', await given.person('Approver', [data[0]!.id]));
    await page.getByText(/ask a person who sees all entities/).waitFor();
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.getByRole('button', { name: /^(Change|Add) / }).count()).toBe(0);
    expect(await page.getByRole('tab', { name: 'Merges' }).count()).toBe(0);
  });
});
