import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeApplicationRole } from '../../server/local/application-role.ts';
import { temporaryFolder } from '../../server/local/folders.ts';
import { type Postgres, startPostgres } from '../../server/local/postgres.ts';
import { startReplica } from '../../server/local/replica.ts';
import { describeInBrowser, settled } from './product.ts';

const folder = temporaryFolder('opex-away-test-');
const start = () => startPostgres({ directory: join(folder, 'primary'), durable: false });
let primary: Postgres = await start();
const replica = await startReplica(primary, { directory: join(folder, 'replica') });
const owner = primary.url('postgres');
process.env['TEST_APPLICATION_URL'] = (await makeApplicationRole(owner))(owner);
const services = {
  TEST_DATABASE_URL: owner,
  TEST_REPLICA_URL: replica.url('postgres'),
  TEST_REDIS_URL: process.env['TEST_REDIS_URL'],
};
afterAll(async () => {
  await replica.stop();
  await primary.stop();
  rmSync(folder, { recursive: true, force: true });
});

describeInBrowser(
  'While the primary database is stopped',
  (given) => {
    it('an open page of operations says so and what to do, and shows the figures again when it is started', async () => {
      const { page } = await given.open('/operations', await given.person('Admin'));
      const verdict = page.getByText(/need attention|needs attention|All is well/);
      await verdict.waitFor();
      await primary.stop();
      try {
        const away = page.getByRole('alert').filter({ hasText: 'The database is away since' });
        await away.waitFor({ timeout: 10_000 });
        await away.getByText('docker compose up -d --wait primary').waitFor();
        expect(await page.locator('dl').count()).toBe(0);
      } finally {
        primary = await start();
      }
      await verdict.waitFor({ timeout: 30_000 });
      expect(await page.getByText('The database is away').count()).toBe(0);
    });

    it('a page that is opened says so, shows nothing that takes a sign-in, and goes on as the same person', async () => {
      const { page } = await given.open('/operations', await given.person('Admin'));
      await settled(page);
      await primary.stop();
      try {
        await page.goto(`${given.product.url}/operations`);
        await page.getByRole('alert').getByText('The database is away').waitFor({ timeout: 10_000 });
        expect(await page.getByRole('navigation').count()).toBe(0);
      } finally {
        primary = await start();
      }
      await page.getByRole('heading', { name: 'Operations', level: 1 }).waitFor({ timeout: 30_000 });
    });

    it('who was signed out before is asked to sign in when it is back', async () => {
      const person = await given.person('Admin');
      const { page } = await given.open('/operations', person);
      await settled(page);
      const cookies = await page.context().cookies();
      const ended = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      await person.api.json('/api/auth/sessions', { method: 'DELETE' });
      await primary.stop();
      try {
        const asked = await fetch(`${given.product.url}/api/operations`, { headers: { cookie: ended } });
        expect(asked.status).toBe(503);
        await page.goto(`${given.product.url}/operations`);
        await page.getByRole('alert').getByText('The database is away').waitFor({ timeout: 10_000 });
      } finally {
        primary = await start();
      }
      await page.getByLabel('E-mail').waitFor({ timeout: 30_000 });
    });
  },
  { services },
);
