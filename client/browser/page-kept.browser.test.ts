import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';

const nonceOf = (page: Page) => page.locator('meta[name="csp-nonce"]').getAttribute('content');

/** Once the worker has taken the page over. */
const isKept = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: 15_000 });

describeInBrowser('The page that a browser keeps', (given) => {
  it('opens at once the next time, with a nonce of its own, and stays as new as the server', async () => {
    const { page, complaints } = await given.open('/', await given.person('Viewer'), { isKept: true });
    await isKept(page);
    const nonces: (string | null)[] = [];
    for (const address of ['/tracker', '/']) {
      const answer = await page.goto(given.product.url + address);
      expect(answer?.fromServiceWorker()).toBe(true);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      nonces.push(await nonceOf(page));
    }
    expect(nonces[0]).toMatch(/^[\w+/]{22}==$/);
    expect(nonces[1]).not.toBe(nonces[0]);
    const reloaded = await page.reload();
    expect(reloaded?.fromServiceWorker()).toBe(false);
    expect(await page.evaluate(() => caches.keys())).toEqual(['page']);
    const kept = await page.evaluate(async () =>
      (await (await caches.open('page')).keys()).map(({ url }) => new URL(url).pathname),
    );
    expect(kept).toContain('/');
    expect(kept.every((address) => address === '/' || address.startsWith('/assets/'))).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('opens without a line, says that there is none, and goes on once it is back', async () => {
    const { page } = await given.open('/', await given.person('Viewer'), { isKept: true });
    await isKept(page);
    await page.goto(`${given.product.url}/tracker`);
    await settled(page);
    await page.context().setOffline(true);
    await page.goto(`${given.product.url}/tracker`);
    await page.getByText('The server cannot be reached').waitFor({ timeout: 15_000 });
    await page.context().setOffline(false);
    await page.getByRole('gridcell').first().waitFor();
  });
});
