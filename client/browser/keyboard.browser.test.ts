import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser, settled } from './product.ts';
import { currentYear, plus, reasonDialog, rowOf, shows, cell, typeHere } from './tracker.ts';

/** A person without a mouse can see where the focus is: its element is on screen and marked. */
async function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    const marks = [element, element.closest<HTMLElement>('.MuiInputBase-root') ?? element].flatMap((one) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      const fieldset = one.querySelector('fieldset');
      return [
        outlineStyle !== 'none' && outlineWidth !== '0px',
        boxShadow !== 'none',
        fieldset !== null && getComputedStyle(fieldset).borderTopWidth === '2px',
        element.matches('.Mui-focusVisible'),
      ];
    });
    const { width, height } = element.getBoundingClientRect();
    return {
      name: `${element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)} ${element.outerHTML.slice(0, 120)}`,
      isShown: width > 0 && height > 0 && marks.some(Boolean),
    };
  });
}

async function expectVisibleFocus(page: Page) {
  const described = async () => {
    const { name, isShown } = await focused(page);
    return `${isShown ? 'seen' : 'not seen'}: ${name}`;
  };
  await expect.poll(described).toMatch(/^seen/);
  return described();
}

async function tabTo(page: Page, selector: string) {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab');
    await expectVisibleFocus(page);
    if (await page.locator(`${selector}:focus`).count()) return;
  }
  throw new Error(`Forty times Tab did not lead to ${selector}`);
}

/** Goes on only once the focus is elsewhere: one step too many would leave the wanted cell behind. */
async function move(page: Page, key: string) {
  const from = await page.locator(':focus').elementHandle();
  await page.keyboard.press(key);
  await expect.poll(() => from.evaluate((element) => element === document.activeElement)).toBe(false);
}

describeInBrowser('Without a mouse', (given) => {
  it('signs in, goes to the tracker by the palette, edits a budget with its reason, and leaves', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { email, password } = await given.person('Editor');
    const { page, complaints } = await given.open('/sign-in', null, { isExact: true });
    await page.locator('input[type=email]:focus').waitFor();
    await page.keyboard.type(email);
    await page.keyboard.press('Tab');
    await page.keyboard.type(password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Dashboard', level: 1 }).waitFor();

    await page.keyboard.press('Control+k');
    await page.locator('input[role=combobox]:focus').waitFor();
    await page.keyboard.type('budget tr');
    await page.getByRole('option', { name: 'Budget tracker', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('gridcell').first().waitFor();

    await tabTo(page, '[role=columnheader]');
    await move(page, 'ArrowDown');
    await move(page, 'ArrowDown');
    for (let steps = 0; steps < 12 && !(await page.locator('[data-field=budget]:focus').count()); steps++) {
      await move(page, 'ArrowRight');
    }
    const id = Number(await page.locator('[role=row]:has([data-field=budget]:focus)').getAttribute('data-id'));
    const typed = plus((await rowOf(given.admin, id, fy)).budget, '100.90');
    await typeHere(page, typed);
    await reasonDialog(page).getByRole('textbox', { name: 'Reason' }).and(page.locator(':focus')).waitFor();
    await page.keyboard.type('By keyboard alone');
    await page.keyboard.press('Enter');
    await reasonDialog(page).waitFor({ state: 'hidden' });
    await shows(cell(page, id, 'budget'), typed);
    await expect.poll(async () => (await rowOf(given.admin, id, fy)).budget).toBe(typed);
    await page.locator('[role=gridcell]:focus').waitFor();

    await page.keyboard.press('Control+k');
    await page.locator('input[role=combobox]:focus').waitFor();
    await page.keyboard.type('sign out');
    await page.getByRole('option', { name: 'Sign out', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
  });

  it('reaches everything of the dashboard by Tab, always seeing where it is', async () => {
    const { page } = await given.open('/', await given.person('Admin'));
    await page.getByRole('heading', { name: 'Furthest under budget' }).waitFor();
    await settled(page);
    await page.keyboard.press('Tab');
    await expect.poll(() => page.locator(':focus').textContent()).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await page.locator('main:focus').waitFor();
    const seen = new Set<string>();
    for (let presses = 0; presses < 90; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement === document.body)) break;
      seen.add(await expectVisibleFocus(page));
    }
    const links = await page.locator('main').getByRole('link').allTextContents();
    expect(links.length).toBeGreaterThan(20);
    for (const link of links) expect([...seen].join('\n')).toContain(link.slice(0, 40));
  });

  it('gives the focus back to the button when a dialog is left by Escape', async () => {
    const { page } = await given.open('/tracker', await given.person('Editor'));
    await page.getByRole('gridcell').first().waitFor();
    const button = page.getByRole('button', { name: 'New service' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await expect.poll(() => page.locator(':focus').textContent()).toBe('New service');
  });
});
