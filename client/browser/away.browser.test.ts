import { expect, it } from 'vitest';
import { describeBeforeClose, describeInBrowser, settled } from './product.ts';
import { cell, currentYear, giveReason, rowOf, shows, typeInto } from './tracker.ts';

describeBeforeClose('When something is not there', (given) => {
  it('says in words that the server is away, keeps what was typed, and saves it when it is back', async () => {
    const { label: fy } = await currentYear(given.admin);
    const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
    const { budget } = await rowOf(given.admin, 2, fy);
    await shows(cell(page, 2, 'budget'), budget);
    const isLoaded = () => performance.getEntriesByType('resource').some(({ name }) => name.includes('dashboard-page'));
    await expect.poll(() => page.evaluate(isLoaded)).toBe(true); // the code of the other pages follows by itself
    await settled(page); // and what that code needs
    await given.product.pause();
    try {
      await typeInto(page, 2, 'budget', '777777');
      await giveReason(page, 'While the server is away');
      await page
        .getByRole('alert')
        .getByText(/^Not saved\. The server cannot be reached/)
        .waitFor();
      await shows(cell(page, 2, 'budget'), budget);
      await page.getByRole('link', { name: 'Dashboard' }).click();
      await page
        .getByRole('main')
        .getByText('The server cannot be reached. Check the connection and try again.')
        .waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
    } finally {
      await given.product.resume();
    }
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { name: 'Budget and actual by month' }).waitFor();
    await page.getByRole('link', { name: 'Budget tracker' }).click();
    await page.getByRole('button', { name: 'Save again' }).first().click();
    await expect.poll(async () => (await rowOf(given.admin, 2, fy)).budget).toBe('777777.00');
  });

  it('says of a service that does not exist that it does not, with the number of the request', async () => {
    const { page } = await given.open('/services/999999', await given.person('Viewer'));
    const alert = page.getByRole('alert');
    await alert
      .getByText(/not found/i)
      .first()
      .waitFor();
    expect(await alert.getByText(/^Request \S+/).count()).toBe(1);
  });

  it('says of an empty list what to do', async () => {
    const { page } = await given.open(
      '/tracker?q=nothing+has+this+name&serviceType=Shared',
      await given.person('Viewer'),
    );
    await page.getByText('Take a filter away, or search for something else.').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('gridcell').first().waitFor();
    await expect.poll(() => new URL(page.url()).search).not.toMatch(/q=|serviceType/);
    await page.goto(`${given.product.url}/masters/vendors?q=nothing+has+this+name`);
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await page.getByRole('gridcell').first().waitFor();
  });
});

describeInBrowser(
  'A company that has just begun',
  (given) => {
    it('says on each page what is missing and what to do', async () => {
      const { page } = await given.open('/', await given.person('Admin'));
      for (const path of ['/', '/tracker', '/masters/vendors']) {
        await page.goto(given.product.url + path);
        await expect.poll(() => page.getByRole('main').textContent(), { message: path }).toMatch(/yet/);
      }
    });
  },
  { company: 'none' },
);
