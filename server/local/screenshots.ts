import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { startProduct } from './product.ts';
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
    await page.goto(product.url + path);
    await page.getByLabel('E-mail').fill(product.admin.email);
    await page.getByLabel('Password', { exact: true }).fill(product.admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await drawn(page, path);
    await page.screenshot({ path: join(folder, `${name}.png`) });
    say(`Wrote client/screenshots/${name}.png`);
    await context.close();
  }
  return 0;
}

/** Figures, and not the shapes that stand in for them. */
async function drawn(page: Page, path: string): Promise<void> {
  if (path === '/') await page.locator('svg .MuiBarElement-root, svg [class*=MuiBar] rect').first().waitFor();
  else await page.getByRole('gridcell').first().waitFor();
  await page.locator('.MuiSkeleton-root, [role=progressbar]').first().waitFor({ state: 'hidden' });
}
