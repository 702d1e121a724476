import { request, type ClientRequest } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { accessibilityFindings, describeBeforeClose, settled } from './product.ts';
import { cell, currentYear, giveReason, rowOf, shows, typeInto } from './tracker.ts';

const mostInWork = 40;

describeBeforeClose(
  'When the server has too much to do',
  (given) => {
    const slow: ClientRequest[] = [];
    /** Requests whose body never comes, until there is room for nothing but reads. */
    async function fillUp() {
      for (let number = 0; number < mostInWork; number++) {
        const one = request(`${given.product.url}/api/auth/sign-in`, {
          method: 'POST',
          agent: false,
          headers: { 'Content-Type': 'application/json', 'Content-Length': 100 },
        });
        one.on('error', () => undefined).flushHeaders();
        slow.push(one);
      }
      const aWrite = async () => (await fetch(`${given.product.url}/api/auth/sign-out`, { method: 'POST' })).status;
      await expect.poll(aWrite).toBe(503);
    }
    const leave = () => {
      for (const one of slow.splice(0)) one.destroy();
    };
    afterEach(leave);

    it('says so, keeps what is shown and typed, and goes on by itself when there is room', async () => {
      const { label: fy } = await currentYear(given.admin);
      const { page } = await given.open('/tracker', await given.person('Editor'), { isExact: true });
      const { budget } = await rowOf(given.admin, 2, fy);
      await shows(cell(page, 2, 'budget'), budget);
      await settled(page);
      const bar = page.getByRole('status').getByText('The server is busy. Trying again…');
      expect(await bar.count()).toBe(0);

      await fillUp();
      await typeInto(page, 2, 'budget', '777777');
      await giveReason(page, 'While the server is busy');
      await bar.waitFor();
      await shows(cell(page, 2, 'budget'), '777777.00');
      expect(await accessibilityFindings(page)).toEqual([]);

      await page.getByRole('link', { name: 'Dashboard' }).click();
      await page.waitForTimeout(4_000); // longer than one more try takes
      await bar.waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
      expect((await rowOf(given.admin, 2, fy)).budget).toBe(budget);

      leave();
      await page.getByRole('heading', { name: 'Budget and actual by month' }).waitFor();
      await expect.poll(async () => (await rowOf(given.admin, 2, fy)).budget).toBe('777777.00');
      await bar.waitFor({ state: 'detached' });
    });
  },
  // One address fills the server here, as many do elsewhere.
  { REQUESTS_IN_WORK_MAX: String(mostInWork), REQUESTS_PER_CALLER_MAX: '10000', BODY_LATE_MS: '60000' },
);
