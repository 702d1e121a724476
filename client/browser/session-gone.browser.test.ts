import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeBeforeClose, type Person, settled, type Tab } from './product.ts';
import { cell, currentYear, giveReason, listOf, rowOf, shows, typeInto } from './tracker.ts';

/** Every other session of this person ends, as when signing out everywhere else. */
const endSessionsOf = ({ api }: Person) => api.json('/api/auth/sessions', { method: 'DELETE' });
const layerOf = (page: Page) => page.getByRole('dialog', { name: 'Sign in again' });
/** Only a request can tell the page that its session is gone. */
const withoutStream = (page: Page) => page.context().route('**/api/events', (route) => route.abort());

async function signInAgain(page: Page, { email, password }: { email: string; password: string }) {
  const layer = layerOf(page);
  await layer.getByLabel('E-mail').fill(email);
  await layer.getByLabel('Password', { exact: true }).fill(password);
  await layer.getByRole('button', { name: 'Sign in' }).click();
}
/** Whether any of it could be read on the screen. */
const isReadable = (page: Page, selector: string) =>
  page.evaluate(
    (wanted) =>
      [...document.querySelectorAll(wanted)].some((element) =>
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
      ),
    selector,
  );
/** Near enough to what was there that nobody is asked about it. */
const raised = (amount: string) => (Number(amount) + 1000).toFixed(2);
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true });

/** One place where something is written, how, and how it can be seen that it was. */
type Place = {
  what: string;
  path: string;
  write: (page: Page) => Promise<void>;
  submit?: (page: Page) => Promise<void>;
  isWritten: (who: Person) => Promise<boolean>;
};
const press = (name: string) => (page: Page) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true }).click();
const names = async ({ api }: Person, list: string, q: string) =>
  ((await api.json(`${list}?q=${q}`)) as { data: unknown[] }).data.length > 0;

const places: Place[] = [
  {
    what: 'a new service',
    path: '/tracker',
    write: async (page) => {
      await page.getByRole('button', { name: 'New service' }).click();
      await page.getByLabel('UID').fill('SVC-GONE');
      await page.getByRole('dialog').getByLabel('Service', { exact: false }).first().fill('SVC-GONE');
      await page
        .getByRole('dialog')
        .getByRole('textbox', { name: 'Service', exact: true })
        .fill('Written while the session was gone');
      await page.getByRole('dialog').getByLabel('Reason').fill('New contract');
    },
    submit: press('Add service'),
    isWritten: ({ api }) => listOf(api, 'q=SVC-GONE').then(({ data }) => data.length === 1),
  },
  {
    what: 'a month of a service',
    path: '/services/3?tab=months',
    write: async (page) => {
      const input = page.getByRole('textbox', { name: /^Budget Mar/ });
      await input.fill('7.65432'); // lakh
      await input.press('Enter');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('dialog').getByRole('textbox', { name: 'Reason' }).fill('New contract');
    },
    submit: press('Save'),
    isWritten: async ({ api }) => {
      const { label } = await currentYear(api);
      return (await rowOf(api, 3, label)).months?.[11] === '765432.00';
    },
  },
  {
    what: 'a field of a service',
    path: '/services/4',
    write: async (page) => {
      await page.getByRole('button', { name: /^Change Owner/ }).click();
      await field(page, 'Owner').fill('Kept through the sign-in');
    },
    submit: (page) => field(page, 'Owner').press('Enter'),
    isWritten: async ({ api }) =>
      ((await api.json('/api/services/4')) as { owner: string }).owner === 'Kept through the sign-in',
  },
  {
    what: 'a remark',
    path: '/services/5?tab=remarks',
    write: (page) => field(page, 'New remark').fill('Kept through the sign-in'),
    submit: (page) => page.getByRole('button', { name: 'Add remark' }).click(),
    isWritten: async ({ api }) =>
      JSON.stringify(await api.json('/api/services/5/remarks')).includes('Kept through the sign-in'),
  },
  {
    what: 'a vendor',
    path: '/masters/vendors',
    write: async (page) => {
      await page.getByRole('button', { name: 'Add vendor' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Gone Session Ltd');
    },
    submit: press('Add'),
    isWritten: (who) => names(who, '/api/vendors', 'Gone+Session'),
  },
  {
    what: 'a currency rate',
    path: '/masters/currency-rates',
    write: async (page) => {
      await page.getByRole('button', { name: 'Add rate' }).first().click();
      await page.getByRole('dialog').getByRole('combobox', { name: 'Currency' }).click();
      await page.getByRole('option').first().click();
      await page.getByRole('dialog').getByLabel('From', { exact: true }).fill('2031-05-17');
      await page
        .getByRole('dialog')
        .getByLabel(/for one/)
        .fill('91.2345');
    },
    submit: press('Add'),
    isWritten: async ({ api }) =>
      JSON.stringify(await api.json('/api/currency-rates?sort=-effectiveDate&limit=5')).includes('2031-05-17'),
  },
  {
    what: 'an allocation key',
    path: '/masters/allocation-keys',
    write: async (page) => {
      await page.getByRole('button', { name: 'Add key' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Kept key');
      await page.getByRole('dialog').getByLabel('Driver type').fill('Seats');
      await page.getByRole('dialog').getByLabel('From the month').fill('2031-05');
      await page
        .getByRole('dialog')
        .getByRole('textbox', { name: /^Value of/ })
        .first()
        .fill('12');
    },
    submit: press('Add'),
    isWritten: async ({ api }) => JSON.stringify(await api.json('/api/allocation-keys')).includes('Kept key'),
  },
  {
    what: 'a user',
    path: '/users',
    write: async (page) => {
      await page.getByRole('button', { name: 'Add user' }).click();
      await page.getByRole('dialog').getByLabel('Name').fill('Kept Person');
      await page.getByRole('dialog').getByLabel('E-mail').fill('kept@example.com');
    },
    submit: press('Add'),
    isWritten: (who) => names(who, '/api/users', 'Kept+Person'),
  },
];

describeBeforeClose('A session that is gone in the middle of the work', (given) => {
  it('asks for the sign-in above the page and then saves the cell that was typed', async () => {
    const { label: fy } = await currentYear(given.admin);
    const who = await given.person('Editor');
    const { page } = await given.open('/tracker', who, { isExact: true });
    const { budget } = await rowOf(given.admin, 2, fy);
    const typed = raised(budget);
    await shows(cell(page, 2, 'budget'), budget);
    await withoutStream(page);
    await endSessionsOf(who);

    await typeInto(page, 2, 'budget', typed);
    await giveReason(page, 'Typed after the session had ended');
    await layerOf(page).waitFor();
    expect(await page.getByText('This did not work').count()).toBe(0);
    expect(await layerOf(page).getByLabel('E-mail').inputValue()).toBe(who.email);
    await signInAgain(page, who);

    await layerOf(page).waitFor({ state: 'hidden' });
    await expect.poll(async () => (await rowOf(given.admin, 2, fy)).budget).toBe(typed);
    await shows(cell(page, 2, 'budget'), typed);
    expect(new URL(page.url()).pathname).toBe('/tracker');
  });

  it('saves a pasted block once the person has signed in again', async () => {
    const { label: fy } = await currentYear(given.admin);
    const who = await given.person('Editor');
    const { page } = await given.open('/tracker', who, { isExact: true });
    const block = await Promise.all([3, 4].map(async (id) => raised((await rowOf(given.admin, id, fy)).budget)));
    await cell(page, 3, 'budget').click();
    await withoutStream(page);
    await endSessionsOf(who);
    await page.evaluate((text) => navigator.clipboard.writeText(text), block.join('\n'));
    await page.keyboard.press('Control+v');
    await giveReason(page, 'Pasted after the session had ended');
    await signInAgain(page, who);
    await expect.poll(async () => (await rowOf(given.admin, 3, fy)).budget).toBe(block[0]);
    await expect.poll(async () => (await rowOf(given.admin, 4, fy)).budget).toBe(block[1]);
  });

  for (const { what, path, write, submit, isWritten } of places) {
    it(`keeps ${what} and saves it after the sign-in`, async () => {
      const who = await given.person('Admin');
      const { page } = await given.open(path, who);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await settled(page);
      await write(page);
      await withoutStream(page);
      await endSessionsOf(who);
      await submit?.(page);
      await layerOf(page).waitFor();
      await signInAgain(page, who);
      await layerOf(page).waitFor({ state: 'hidden' });
      await expect.poll(() => isWritten({ ...who, api: given.admin })).toBe(true);
    });
  }

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

  it('keeps what stands in a dialog and in a cell, hidden, and shows it again', async () => {
    const who = await given.person('Editor');
    const { page, isLive } = await given.open('/tracker', who);
    await isLive();
    await page.getByRole('button', { name: 'New service' }).click();
    await page.getByLabel('UID').fill('SVC-HALF');
    await endSessionsOf(who);
    await layerOf(page).waitFor();
    expect(await isReadable(page, '[role=dialog] input[value="SVC-HALF"]')).toBe(false);
    await signInAgain(page, who);
    await layerOf(page).waitFor({ state: 'hidden' });
    expect(await page.getByLabel('UID').inputValue()).toBe('SVC-HALF');
    await page.getByLabel('UID').waitFor();
  });

  it('gives back what was typed when the page is loaded again meanwhile', async () => {
    const { label: fy } = await currentYear(given.admin);
    const who = await given.person('Editor');
    const { page } = await given.open('/tracker', who, { isExact: true });
    await withoutStream(page);
    page.on('dialog', (dialog) => void dialog.accept());
    const { budget } = await rowOf(given.admin, 6, fy);
    await shows(cell(page, 6, 'budget'), budget);
    await endSessionsOf(who);
    await typeInto(page, 6, 'budget', raised(budget));
    await giveReason(page, 'Typed before a reload');
    await layerOf(page).waitFor();
    await page.reload();
    await page.getByLabel('E-mail').fill(who.email);
    await page.getByLabel('Password', { exact: true }).fill(who.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('One cell is not saved').waitFor();
    await page.getByRole('button', { name: 'Save again' }).first().click();
    await expect.poll(async () => (await rowOf(given.admin, 6, fy)).budget).toBe(raised(budget));
  });

  it('gives back the dialog that was open, with what was typed in it, after a reload', async () => {
    const who = await given.person('Editor');
    const { page } = await given.open('/tracker', who);
    await page.getByRole('button', { name: 'New service' }).click();
    await page.getByLabel('UID').fill('SVC-AGAIN');
    await page.reload();
    await expect.poll(() => page.getByLabel('UID').inputValue()).toBe('SVC-AGAIN');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.reload();
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

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

  it('lets a person with a new temporary password choose one without losing what was typed', async () => {
    const who = await given.person('Editor');
    const { page, isLive } = await given.open('/services/8?tab=remarks', who);
    await field(page, 'New remark').fill('Typed before the reset');
    await isLive();
    const { temporaryPassword } = (await given.admin.json(`/api/users/${who.user.id}/password`, {
      method: 'POST',
    })) as { temporaryPassword: string };
    await layerOf(page).waitFor();
    await signInAgain(page, { email: who.email, password: temporaryPassword });
    const dialog = page.getByRole('dialog', { name: 'Choose your password' });
    await dialog.getByLabel('Password you were given').fill(temporaryPassword);
    await dialog.getByLabel('New password', { exact: true }).fill('quite another passphrase');
    await dialog.getByLabel('New password again').fill('quite another passphrase');
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await field(page, 'New remark').inputValue()).toBe('Typed before the reset');
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
