import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeBeforeClose, type Person, settled } from './product.ts';
import {
  endSessionsOf,
  field,
  isReadable,
  layerOf,
  loadWithoutStream,
  signInAgain,
  withoutStream,
} from './session-layer.ts';
import { cell, currentYear, giveReason, listOf, rowOf, shows, typeInto } from './tracker.ts';

/** Near enough to what was there that nobody is asked about it. */
const raised = (amount: string) => (Number(amount) + 1000).toFixed(2);

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
      await typeInto(page, 3, 'm12', '7.65432'); // lakh
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
      await page.getByRole('dialog').getByRole('textbox', { name: 'From the month' }).fill('2031-05');
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
    await loadWithoutStream(page);
    await shows(cell(page, 2, 'budget'), budget);
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
    await loadWithoutStream(page);
    await cell(page, 3, 'budget').click();
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
    await loadWithoutStream(page);
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
});
