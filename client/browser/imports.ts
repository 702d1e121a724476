import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** Lines of a CSV file, as a spreadsheet program writes them. */
export const csv = (...lines: readonly (readonly string[])[]) => lines.map((line) => line.join(',')).join('\r\n');

/** Drops a file onto whatever page is open, as from a folder beside the browser. */
export async function drop(page: Page, name: string, contents: string) {
  const dataTransfer = await page.evaluateHandle(
    ([text, title]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], title, { type: 'text/csv' }));
      return transfer;
    },
    [contents, name] as const,
  );
  await page.dispatchEvent('main', 'dragenter', { dataTransfer });
  await page.getByText('Drop the workbook or CSV file to load it').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Chooses a file on the page of the imports; true once it is open. */
export async function choose(page: Page, name: string, contents: string) {
  await page.getByLabel('File to load').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(contents) });
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/imports\/\d+$/);
}
