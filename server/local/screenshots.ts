import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { currentYear } from './demo/calendar.ts';
import { writeFirstWorkbooks } from './demo/workbooks.ts';
import { type Product, startProduct } from './product.ts';
import { startTestServices } from './test-services.ts';
import { findTools, installMissing } from './tools.ts';
import { buildIfStale, generate } from './build.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { checkout } from './folders.ts';

const pictures = [
  { name: 'dashboard-light', path: '/', colorScheme: 'light' },
  { name: 'tracker-light', path: '/tracker', colorScheme: 'light' },
  { name: 'tracker-dark', path: '/tracker', colorScheme: 'dark' },
] as const;
const viewport = { width: 1280, height: 800 };

await runCommand(screenshots);

/** Pictures of the demo company for the README: `client/screenshots/*.png`. */
async function screenshots(defer: Defer): Promise<number> {
  installMissing(say);
  const { chromium: executablePath } = findTools();
  if (!executablePath) throw new CommandFailed('Install Chromium (Debian: apt-get install chromium).');
  await generate();
  await buildIfStale(defer);
  const services = await startTestServices({ withReplica: false });
  defer(services.stop);
  const product = await startProduct({ services: services.env });
  defer(product.stop);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  defer(() => browser.close());

  const folder = join(checkout, 'client/screenshots');
  mkdirSync(folder, { recursive: true });
  for (const { name, path, colorScheme } of pictures) {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
    const page = await context.newPage();
    await signIn(page, product, path);
    await drawn(page, path);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    say(`Wrote client/screenshots/${name}.png`);
    await context.close();
  }
  await pictureOfFirstHour(browser, services.env, folder, defer);
  return 0;
}

/** What the tracker of a new company would bring, before it is applied. */
async function pictureOfFirstHour(browser: Browser, services: Record<string, string>, folder: string, defer: Defer) {
  const product = await startProduct({ services, company: 'none' });
  defer(product.stop);
  const workbooks = mkdtempSync(join(tmpdir(), 'opex-first-'));
  defer(() => rmSync(workbooks, { recursive: true }));
  const context = await browser.newContext({ viewport, colorScheme: 'light', reducedMotion: 'reduce' });
  const page = await context.newPage();
  await signIn(page, product, '/imports');
  const { tracker } = await writeFirstWorkbooks(workbooks, currentYear());
  await page.getByLabel('File to load').setInputFiles(tracker);
  await page.getByLabel('Months that are numbers').click();
  await page.getByRole('option', { name: /^04 is April/ }).click();
  await page.getByRole('button', { name: /^Create the/ }).click();
  await page.getByRole('button', { name: 'Check the file' }).click();
  await page.getByRole('tab', { name: /^New/ }).waitFor();
  await page.locator('.MuiSkeleton-root, [role=progressbar]').first().waitFor({ state: 'hidden' });
  await page.screenshot({ path: join(folder, 'first-hour-light.png') });
  say('Wrote client/screenshots/first-hour-light.png');
  await context.close();
}

async function signIn(page: Page, { url, admin }: Product, path: string) {
  await page.goto(url + path);
  await page.getByLabel('E-mail').fill(admin.email);
  await page.getByLabel('Password', { exact: true }).fill(admin.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Figures, and not the shapes that stand in for them. */
async function drawn(page: Page, path: string): Promise<void> {
  if (path === '/') await page.locator('svg .MuiBarElement-root, svg [class*=MuiBar] rect').first().waitFor();
  else await page.getByRole('gridcell').first().waitFor();
  await page.locator('.MuiSkeleton-root, [role=progressbar]').first().waitFor({ state: 'hidden' });
}
