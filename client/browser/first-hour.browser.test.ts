import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { writeFirstWorkbooks } from '../../server/local/demo/workbooks.ts';
import { describeInBrowser, settled } from './product.ts';
import { currentYear, listOf } from './tracker.ts';

const send = async (page: Page, file: string) => {
  await page.getByLabel('File to load').setInputFiles(file);
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/imports\/\d+$/);
};
const choose = async (page: Page, label: string, option: RegExp) => {
  await page.getByLabel(label).click();
  await page.getByRole('option', { name: option }).click();
};
const apply = async (page: Page, words: RegExp) => {
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByRole('main').getByRole('status').filter({ hasText: words }).waitFor();
};

describeInBrowser(
  'The first hour of a company',
  (given) => {
    it('takes two workbooks: how costs are shared, and the tracker; then the dashboard is theirs', async () => {
      const { label, periods } = await currentYear(given.admin);
      const folder = mkdtempSync(join(tmpdir(), 'opex-first-'));
      try {
        const files = await writeFirstWorkbooks(folder, label);
        const { page, complaints } = await given.open('/imports', await given.person('Approver'));
        await settled(page);
        await send(page, files.keys);
        await choose(page, 'From which month on', new RegExp(`^${periods[0]!.label}$`));
        await page.getByRole('button', { name: 'Create the 4 that are like none' }).click();
        await page.getByRole('button', { name: 'Check the file' }).click();
        await apply(page, /^2 rows were loaded/);

        await page.getByRole('link', { name: 'All imports' }).click();
        await send(page, files.tracker);
        await choose(page, 'Months that are numbers', /^04 is April/);
        await page.getByRole('button', { name: /^Create the \d+ that are like none$/ }).click();
        await page.getByRole('button', { name: 'Check the file' }).click();
        await page.getByRole('tab', { name: 'New (10)' }).waitFor();
        await apply(page, /^10 rows were loaded/);

        const { totals } = await listOf(given.admin, `fy=${label}`);
        expect(totals).toMatchObject({ budget: '74765000.00' });
        await page.goto(`${given.product.url}/?fy=${label}`);
        await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
        await page.getByText('Larkspur Hosting').first().waitFor();
        await page.getByRole('combobox', { name: 'Entity' }).selectOption({ label: 'Inland-Logistics' });
        await expect.poll(() => page.url()).toMatch(/entity=\d+/);
        await settled(page);
        expect(complaints).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  },
  { company: 'none' },
);
