import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Browser, chromium } from 'playwright-core';
import { checkout } from '../folders.ts';
import { freePort } from '../ports.ts';
import { median } from '../measuring.ts';
import type { Row } from './report.ts';
import { slowLineRows } from './slow-line.ts';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** The scripts that the page itself names: what must arrive before anything can be seen. */
function initialScriptKilobytes(): number {
  const folder = join(checkout, 'client/dist');
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = new Set([...html.matchAll(/(?:src|href)="\/?(assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? ''));
  const present = new Set(readdirSync(join(folder, 'assets')).map((file) => `assets/${file}`));
  return (
    [...named]
      .filter((file) => present.has(file))
      .reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0) / 1000
  );
}

type Who = { email: string; password: string };
const tracker = (url: string) => `${url}/tracker?fy=FY26`;

async function signIn(browser: Browser, url: string, who: Who) {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByLabel(/e-mail/i).fill(who.email);
  await page.getByLabel(/^password/i).fill(who.password);
  await page.getByRole('button', { name: /sign in/i }).click();
  await page.getByRole('navigation').first().waitFor();
  const cookies = await context.cookies();
  await context.close();
  return cookies;
}

/** What does not depend much on the machine: a page that misses one of these is not released. */
export async function budgetRows(url: string, executablePath: string, who: Who): Promise<Row[]> {
  const browser = await chromium.launch({ executablePath, args: flags });
  const cookies = await signIn(browser, url, who).finally(() => browser.close());
  const sent = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const script = { name: 'initial JavaScript', unit: 'kB gz', product: initialScriptKilobytes() };
  return [
    { ...script, must: 200, aim: 160, lowerIsBetter: true, absolute: true },
    ...(await lighthouseScores(executablePath, tracker(url), sent)),
  ];
}

/** From the address to a row of the tracker that can be read, with an empty browser cache. */
export async function pageRow(url: string, executablePath: string, who: Who): Promise<Row[]> {
  const address = tracker(url);
  const [script, ...scores] = await budgetRows(url, executablePath, who);
  const browser = await chromium.launch({ executablePath, args: flags });
  try {
    const cookies = await signIn(browser, url, who);
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const fresh = await browser.newContext();
      await fresh.addCookies(cookies);
      const page = await fresh.newPage();
      const begun = performance.now();
      await page.goto(address, { waitUntil: 'commit' });
      await page.getByRole('gridcell').first().waitFor();
      times.push(performance.now() - begun);
      await fresh.close();
    }
    const slow = await slowLineRows(browser, address, cookies);
    return [
      ...(script ? [script] : []),
      {
        name: 'tracker usable, empty browser cache',
        unit: 's',
        product: median(times) / 1000,
        must: 1.5,
        aim: 0.8,
        lowerIsBetter: true,
        absolute: true,
      },
      ...slow,
      ...scores,
    ];
  } finally {
    await browser.close();
  }
}

/** Performance, accessibility and best practices of the signed-in tracker, as a desktop sees it. */
async function lighthouseScores(executablePath: string, url: string, cookie: string): Promise<Row[]> {
  const { default: lighthouse, desktopConfig } = await import('lighthouse');
  const port = await freePort();
  const browser = await chromium.launch({ executablePath, args: [...flags, `--remote-debugging-port=${port}`] });
  try {
    const categories = ['performance', 'accessibility', 'best-practices'];
    const scores = async () => {
      const settings = {
        port,
        onlyCategories: categories,
        logLevel: 'silent',
        extraHeaders: { Cookie: cookie },
      } as const;
      const result = await lighthouse(url, settings, desktopConfig);
      const found = categories.map((category) => result?.lhr.categories[category]?.score ?? null);
      return found.every((score) => score !== null) ? found : undefined;
    };
    // A trace that could not be read has no score; that is no score of nothing.
    const measured = (await scores()) ?? (await scores());
    if (!measured) throw new Error('Lighthouse could not measure the page, twice');
    const goals: Record<string, [must: number, aim: number]> = {
      performance: [90, 98],
      accessibility: [95, 100],
      'best-practices': [95, 100],
    };
    return categories.map((category, index) => {
      const [must, aim] = goals[category] ?? [0, 0];
      return {
        name: `Lighthouse ${category}`,
        unit: 'points',
        product: (measured[index] ?? 0) * 100,
        must,
        aim,
        absolute: true,
      };
    });
  } finally {
    await browser.close();
  }
}
