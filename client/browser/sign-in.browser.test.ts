import type { Role } from '@opex/contracts/permissions';
import { expect, it } from 'vitest';
import { describeInBrowser, settled, signIn } from './product.ts';

const roles = ['Viewer', 'Editor', 'Approver', 'Admin'] as const;
const forAll = ['Dashboard', 'Budget tracker', 'Master data', 'Currency rates'];
const pages: Record<Role, string[]> = {
  Viewer: forAll,
  Editor: [...forAll, 'Imports'],
  Approver: [...forAll, 'Imports', 'Audit log'],
  Admin: [...forAll, 'Imports', 'Users', 'Audit log', 'Security log', 'Jobs', 'Webhooks', 'Operations'],
};

/** Where something can be done, by which button, and who sees that button. */
const actions: { path: string; button: string; who: readonly Role[] }[] = [
  { path: '/tracker', button: 'New service', who: ['Editor', 'Approver', 'Admin'] },
  { path: '/services/1', button: 'Retire', who: ['Approver', 'Admin'] },
  { path: '/masters/vendors', button: 'Add vendor', who: ['Approver', 'Admin'] },
  { path: '/users', button: 'Add user', who: ['Admin'] },
];

describeInBrowser('Signing in', (given) => {
  for (const role of roles) {
    it(`shows a person with the role ${role} the pages and the actions of that role, and no others`, async () => {
      const who = await given.person(role);
      const { page } = await given.open('/');
      await signIn(page, who);
      await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
      const links = page.getByRole('navigation', { name: 'Pages of the app' }).getByRole('link');
      await expect.poll(() => links.allTextContents()).toEqual(pages[role]);

      for (const { path, button, who: allowed } of actions) {
        await page.goto(given.product.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await settled(page);
        const count = await page.getByRole('button', { name: button, exact: true }).count();
        expect(`${path} ${button}: ${count}`).toBe(`${path} ${button}: ${allowed.includes(role) ? 1 : 0}`);
      }
    });
  }

  it('lets a Viewer read the tracker and type nothing into it', async () => {
    const { page } = await given.open('/tracker', await given.person('Viewer'));
    const cell = page.locator('[data-id="1"] [data-field="budget"]');
    await cell.dblclick();
    await page.keyboard.type('5');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('textbox', { name: 'Budget', exact: true }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    await page.goto(`${given.product.url}/services/1?tab=months`);
    await page.getByText('Your role reads budgets and does not change them.').waitFor();
    expect(await page.getByRole('main').getByRole('textbox').count()).toBe(0);
  });

  it('tells a person who opens a page of another role in words that this is not allowed', async () => {
    const { page } = await given.open('/users', await given.person('Editor'));
    await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/may not|not allowed|permission/i);
  });

  it('says the same of a wrong password and of an unknown address, and leaves what was typed', async () => {
    const who = await given.person('Viewer');
    const { page } = await given.open('/sign-in');
    const said = async (email: string) => {
      await Promise.all([page.waitForResponse('**/sign-in'), signIn(page, { email, password: 'not the password' })]);
      await expect.poll(() => page.getByRole('alert').textContent()).toMatch(/password/i);
      return page.getByRole('alert').textContent();
    };
    const words = await said(who.email);
    expect(await page.getByLabel('E-mail').inputValue()).toBe(who.email);
    expect(await said('nobody@example.com')).toBe(words);
    await page.getByLabel('E-mail').fill('');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect
      .poll(() => page.getByRole('alert').textContent())
      .toBe('Fill in your e-mail address and your password.');
  });

  it('brings a person who was not signed in to the address that was asked for', async () => {
    const who = await given.person('Viewer');
    const { page } = await given.open('/tracker?sort=-budget');
    await page.waitForURL(/\/sign-in/);
    await signIn(page, who);
    await page.getByRole('heading', { name: 'Budget tracker' }).waitFor();
    expect(new URL(page.url()).search).toContain('sort=-budget');
  });

  it('signs out, and the back button shows nothing of what was there', async () => {
    const who = await given.person('Viewer');
    const { page } = await given.open('/', who);
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await page.getByRole('gridcell').first().waitFor();
    await page.getByRole('link', { name: 'Master data' }).click();
    await page.getByRole('heading', { name: 'Master data', level: 1 }).waitFor();
    await page.getByRole('gridcell').first().waitFor();
    await page.getByRole('button', { name: who.user.name }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    await page.goBack();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await page.getByRole('gridcell').count()).toBe(0);
    expect((await page.request.get(`${given.product.url}/api/budgets?fy=FY26`)).status()).toBe(401);
  });

  it('lets a newcomer do nothing before the temporary password is changed', async () => {
    const { email, temporaryPassword } = await given.newcomer('Editor');
    const { page } = await given.open('/tracker');
    await signIn(page, { email, password: temporaryPassword });
    await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
    await page.goto(`${given.product.url}/tracker`);
    await page.getByRole('heading', { name: 'Choose your password' }).waitFor();

    await page.getByLabel('Password you were given').fill(temporaryPassword);
    await page.getByLabel('New password', { exact: true }).fill('too short');
    await page.getByLabel('New password again').fill('too short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await expect.poll(() => page.getByRole('alert').textContent()).toBe('Use at least 12 characters');
    await page.getByLabel('New password', { exact: true }).fill('quite long enough');
    await page.getByLabel('New password again').fill('quite long enough');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();
    await expect.poll(() => page.getByRole('link', { name: 'Budget tracker' }).count()).toBe(1);
  });
});
