import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { describeBeforeClose, settled } from './product.ts';
import { currentYear, listOf } from './tracker.ts';

describeBeforeClose('From the tracker', (given) => {
  it('the whole filter is taken away, with the columns on screen in their order', async () => {
    const { label: fy } = await currentYear(given.admin);
    const tower = (await listOf(given.admin, `fy=${fy}&sort=uid&limit=1`)).data[0]!.towerId!;
    const address = `/tracker?tower=${tower}&sort=-budget&limit=10&cols=uid,service,budget,ytdVariance`;
    const { page, complaints } = await given.open(address, await given.person('Viewer'));
    await settled(page);
    const titles = await page.locator('[role=columnheader] .MuiDataGrid-columnHeaderTitle').allTextContents();

    const take = async (format: string) => {
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menuitem', { name: format }).click();
      const file = await download;
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    const csv = await take('CSV');
    expect(csv.name).toMatch(new RegExp(`^Tracker ${fy} \\d{4}-\\d\\d-\\d\\d\\.csv$`));
    const [head, ...lines] = csv.bytes.toString('utf8').replace('\ufeff', '').trimEnd().split('\r\n');
    expect(head?.toLowerCase()).toBe(titles.map((title, at) => `${at > 1 ? `${fy} ` : ''}${title}`).join().toLowerCase()); // prettier-ignore
    const { data, pagination } = await listOf(given.admin, `fy=${fy}&tower=${tower}&sort=-budget&limit=200`);
    expect(pagination.total).toBeGreaterThan(10);
    expect(lines.map((line) => line.split(',')[0])).toEqual(data.map(({ uid }) => uid));
    expect(lines.map((line) => line.split(',').at(-1))).toEqual(data.map(({ ytdVariance }) => ytdVariance));

    const workbook = await take('Excel workbook');
    expect(workbook.name).toMatch(/\.xlsx$/);
    expect(workbook.bytes.subarray(0, 2).toString()).toBe('PK');
    expect(complaints).toEqual([]);
  });
});
