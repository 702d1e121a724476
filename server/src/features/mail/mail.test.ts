import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApiClient } from '../../../local/api-client.ts';
import { as } from '../../../test/harness/as.ts';
import { admin as firstAdmin, startInstance } from '../../../test/harness/instances.ts';
import { startMailServer } from '../../../test/harness/mail-server.ts';
import { sql } from '../../../test/harness/sql.ts';

/** A server with a mail server of its own, and one without. */
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
let server: Awaited<ReturnType<typeof startInstance>>;
let admin: ApiClient;

beforeAll(async () => {
  mailServer = await startMailServer();
  server = await startInstance({
    SMTP_URL: mailServer.url,
    SMTP_FROM: 'OPEX <opex@example.test>',
    PUBLIC_URL: 'http://127.0.0.1',
    ALLOWED_HOSTS: '127.0.0.1',
  });
  admin = await ApiClient.signIn(server.url, firstAdmin.email, firstAdmin.password);
}, 60_000);
afterAll(async () => {
  await server.stop();
  mailServer.close();
});

const add = (email: string, role = 'Viewer') =>
  admin.json('/api/users', { method: 'POST', body: { name: 'Ravi', email, role, entityIds: null } }) as Promise<{
    id: number;
    temporaryPassword: string;
  }>;
const reset = (id: number) => admin.json(`/api/users/${id}/password`, { method: 'POST' });
const sentTo = (email: string) => mailServer.mails.filter(({ to }) => to === email);
const arrives = (email: string, count: number) =>
  expect.poll(() => sentTo(email).length, { timeout: 10_000 }).toBe(count);
const lastJob = async () =>
  (
    await sql<{ state: string; tries: number; error: string }>(
      `SELECT state, tries, error FROM jobs WHERE kind = 'mail' ORDER BY id DESC LIMIT 1`,
    )
  )[0];

test('a person is told of another password, and never which', async () => {
  const { id } = await add('ravi@example.test');
  const { temporaryPassword } = (await reset(id)) as { temporaryPassword: string };
  await arrives('ravi@example.test', 1);
  const [mail] = sentTo('ravi@example.test');
  expect(mail?.text).toContain('Administrator gave your account another password.');
  expect(mail?.text).toMatch(/^From: OPEX <opex@example.test>$/m);
  expect(mail?.text).toMatch(/^Message-ID: <job-\d+@127.0.0.1>$/m);
  expect(mail?.text).not.toContain(temporaryPassword);
});

test('the other administrators are told of a new one', async () => {
  await add('second@example.test', 'Admin');
  await arrives(firstAdmin.email, 1);
  expect(sentTo(firstAdmin.email)[0]?.text).toContain(
    'Administrator made Ravi (second@example.test) an administrator.',
  );
  expect(sentTo('second@example.test')).toEqual([]);
});

test('a mail that is not taken is sent later, or not at all when that would not help', async () => {
  const { id } = await add('later@example.test');
  mailServer.answers.push('451 busy');
  await reset(id);
  await expect.poll(async () => (await lastJob())?.tries, { timeout: 10_000 }).toBe(1);
  expect(await lastJob()).toMatchObject({ state: 'waiting', error: expect.stringContaining('451 busy') });
  await sql(`UPDATE jobs SET due_at = now() WHERE state = 'waiting' AND kind = 'mail'`);
  await arrives('later@example.test', 1);

  mailServer.answers.push('550 no such person');
  await reset(id);
  await expect.poll(async () => (await lastJob())?.state, { timeout: 10_000 }).toBe('failed');
  expect((await lastJob())?.tries).toBe(1);
});

test('without a mail server nothing waits to be sent', async () => {
  const before = await sql('SELECT FROM jobs');
  const { id } = await add('silent@example.test');
  await (await as('Admin')).post(`/api/users/${id}/password`).expect(200);
  expect(await sql('SELECT FROM jobs')).toHaveLength(before.length);
});
