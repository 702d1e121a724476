import { expect, it } from 'vitest';
import { describeInBrowser, settled, type Tab } from './product.ts';
import { endSessionsOf, field, isReadable, layerOf, signInAgain } from './session-layer.ts';

describeInBrowser('What a page shows once its session has ended', (given) => {
  for (const path of ['/', '/tracker', '/services/1?tab=months', '/masters/vendors', '/users', '/audit', '/account']) {
    it(`hides everything on ${path} within seconds of a session that was ended elsewhere`, async () => {
      const who = await given.person('Admin');
      const { page, isLive } = await given.open(path, who);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      await isLive();
      const at = performance.now();
      await endSessionsOf(who);
      await layerOf(page).waitFor();
      expect(performance.now() - at).toBeLessThan(8_000);
      expect(await isReadable(page, 'main *')).toBe(false);
      await signInAgain(page, who);
      await page.getByRole('heading', { level: 1 }).waitFor();
    });
  }

  it('says plainly that another account has signed in, and gives it nothing of the first', async () => {
    const first = await given.person('Editor');
    const second = await given.person('Viewer');
    const { page, isLive } = await given.open('/services/7?tab=remarks', first);
    await field(page, 'New remark').fill('For the eyes of the first');
    await isLive();
    await endSessionsOf(first);
    await signInAgain(page, second);
    await page.getByRole('dialog').getByText(`You are signed in as ${second.user.name}`).waitFor();
    expect(await isReadable(page, 'main *')).toBe(false);
    await page.getByRole('button', { name: `Go on as ${second.user.name}` }).click();
    await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    await page.goto(`${given.product.url}/services/7?tab=remarks`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.content()).not.toContain('For the eyes of the first');

    await page.getByRole('button', { name: second.user.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').fill(first.email);
    await page.getByLabel('Password', { exact: true }).fill(first.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => field(page, 'New remark').inputValue()).toBe('For the eyes of the first');
  });

  const another = async ({ page }: Tab, path: string) => {
    const tab = await page.context().newPage();
    await tab.goto(given.product.url + path);
    await tab.getByRole('heading', { level: 1 }).waitFor();
    return tab;
  };

  it('follows signing out and in again in another tab of the same browser', async () => {
    const who = await given.person('Viewer');
    const tab = await given.open('/masters/vendors', who);
    await tab.page.getByRole('gridcell').first().waitFor();
    const other = await another(tab, '/account');
    await other.getByRole('button', { name: who.user.name }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await layerOf(tab.page).waitFor();
    expect(await isReadable(tab.page, 'main *')).toBe(false);
    await other.getByLabel('E-mail').fill(who.email);
    await other.getByLabel('Password', { exact: true }).fill(who.password);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await layerOf(tab.page).waitFor({ state: 'hidden' });
    await tab.page.getByRole('gridcell').first().waitFor();
  });

  it('shows nothing more when somebody else signs in in another tab', async () => {
    const [who, next] = [await given.person('Viewer'), await given.person('Viewer')];
    const tab = await given.open('/masters/vendors', who);
    await tab.page.getByRole('gridcell').first().waitFor();
    const other = await another(tab, '/account');
    await other.getByRole('button', { name: who.user.name }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.getByLabel('E-mail').fill(next.email);
    await other.getByLabel('Password', { exact: true }).fill(next.password);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await other.getByRole('heading', { name: 'Account', level: 1 }).waitFor();
    await tab.page.getByRole('dialog').getByText(`You are signed in as ${next.user.name}`).waitFor();
    expect(await isReadable(tab.page, 'main *')).toBe(false);
  });

  it('does not take a lost line or an unready server for a session that has ended', async () => {
    const who = await given.person('Viewer');
    const { page, isLive } = await given.open('/', who);
    await page.getByRole('heading', { name: 'Budget and actual by month' }).waitFor();
    await isLive();
    await page
      .context()
      .route('**/api/**', (route) => route.fulfill({ status: 503, contentType: 'application/json', body: '{}' }));
    await given.product.pause();
    try {
      await page.context().setOffline(true);
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await page.context().setOffline(false);
      await page.waitForTimeout(6_000);
      expect(await layerOf(page).count()).toBe(0);
      expect(await isReadable(page, 'main h1')).toBe(true);
    } finally {
      await page.context().unroute('**/api/**');
      await given.product.resume();
    }
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await page.getByRole('gridcell').first().waitFor();
    expect(await layerOf(page).count()).toBe(0);
  });
});
