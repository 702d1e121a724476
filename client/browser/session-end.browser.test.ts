import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Request } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled, signIn } from './product.ts';

const isStream = (request: Request) => new URL(request.url()).pathname === '/api/events';

/** Whether a file below this folder speaks of the address. */
const isKept = (folder: string, address: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .some(({ parentPath, name }) => readFileSync(join(parentPath, name)).includes(address));

describeInBrowser('What stays of a session', (given) => {
  it('is no list on the disk of the machine after signing out', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'opex-profile-'));
    const context = await chromium.launchPersistentContext(profile, {
      executablePath: process.env['CHROMIUM_PATH'] ?? '',
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      const who = await given.person('Viewer');
      const page = await context.newPage();
      await page.goto(`${given.product.url}/tracker`);
      await signIn(page, who);
      await settled(page);
      const kept = () => isKept(join(profile, 'Default', 'Cache'), '/api/budgets?');
      await expect.poll(kept).toBe(true);
      await page.getByRole('button', { name: `Account of ${who.user.name}` }).click();
      await page.getByRole('menuitem', { name: 'Sign out' }).click();
      await page.getByLabel('E-mail').waitFor();
      await expect.poll(kept).toBe(false);
    } finally {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    }
  });
});

describeInBrowser('A person with six tabs', (given) => {
  it('has no live changes in the oldest, until it is looked at again', async () => {
    const { page: oldest, isLive } = await given.open('/tracker', await given.person('Viewer'));
    await isLive();
    let asked = 0;
    oldest.on('request', (request) => (asked += Number(isStream(request))));
    for (let tab = 0; tab < 5; tab++) {
      const page = await oldest.context().newPage();
      await page.goto(`${given.product.url}/tracker`);
      await settled(page);
    }
    const lookAtOldest = () => oldest.evaluate(() => window.dispatchEvent(new Event('focus')));
    await expect.poll(async () => (await lookAtOldest(), asked)).toBe(1);
  });
});
