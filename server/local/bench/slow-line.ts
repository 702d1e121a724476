import type { Browser, BrowserContext } from 'playwright-core';
import { median } from '../measuring.ts';
import type { Row } from './report.ts';

type Cookies = Parameters<BrowserContext['addCookies']>[0];

/** A line far away: 400 ms there and back, 1.5 Mbit/s. */
const line = { offline: false, latency: 400, downloadThroughput: 1_500_000 / 8, uploadThroughput: 1_500_000 / 8 };
const rounds = 3;

/** From the address to a row of the tracker that can be read, over a slow line: the first time, and once more. */
export async function slowLineRows(browser: Browser, address: string, cookies: Cookies): Promise<Row[]> {
  const cold: number[] = [];
  const warm: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const context = await browser.newContext();
    await context.addCookies(cookies);
    cold.push(await secondsUntilUsable(context, address, whatAPersonStays));
    warm.push(await secondsUntilUsable(context, address));
    await context.close();
  }
  const common = { unit: 's', lowerIsBetter: true, absolute: true } as const;
  return [
    { ...common, name: 'tracker usable, slow line, empty browser cache', product: median(cold), must: 4, aim: 3 },
    { ...common, name: 'tracker usable, slow line, once more', product: median(warm), must: 1.5, aim: 1.2 },
  ];
}

/** Long enough for what the page fetches for the next time, which begins seconds after it can be used. */
const whatAPersonStays = 12_000;

/** On a page of its own. */
async function secondsUntilUsable(context: BrowserContext, address: string, staysFor = 0) {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', line);
  const begun = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.getByRole('gridcell').first().waitFor();
  const seconds = (performance.now() - begun) / 1000;
  await page.waitForTimeout(staysFor);
  await page.close();
  return seconds;
}
