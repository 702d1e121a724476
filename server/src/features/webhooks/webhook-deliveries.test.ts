import { webhookMessage } from '@opex/contracts/webhooks';
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ApiClient } from '../../../local/api-client.ts';
import { admin as firstAdmin, startInstance } from '../../../test/harness/instances.ts';
import { startMailServer } from '../../../test/harness/mail-server.ts';
import { sql } from '../../../test/harness/sql.ts';
import { startReceiver } from '../../../test/harness/webhook-receiver.ts';

/** A server that delivers, the other end over TLS, and a mail server. The network of the other end is allowed by name. */
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let mailServer: Awaited<ReturnType<typeof startMailServer>>;
let server: Awaited<ReturnType<typeof startInstance>>;
let admin: ApiClient;
let webhook: { id: number; signingKey: string };

beforeAll(async () => {
  [receiver, mailServer] = await Promise.all([startReceiver(), startMailServer()]);
  server = await startInstance({
    WEBHOOK_PRIVATE_NETWORKS: '127.0.0.1/32',
    NODE_EXTRA_CA_CERTS: receiver.certificateFile,
    SMTP_URL: mailServer.url,
    LOG_LEVEL: 'info',
  });
  admin = await ApiClient.signIn(server.url, firstAdmin.email, firstAdmin.password);
}, 60_000);
beforeEach(async () => {
  receiver.deliveries.length = 0;
  await sql('DELETE FROM webhooks; DELETE FROM jobs');
  webhook = await add();
});
afterAll(async () => {
  await server.stop();
  receiver.close();
  mailServer.close();
});

const add = (overrides: object = {}) =>
  admin.json('/api/webhooks', {
    method: 'POST',
    body: { name: 'Ledger', url: `${receiver.url}/told?by=opex`, events: ['master.created'], ...overrides },
  }) as Promise<{ id: number; signingKey: string }>;
const addTower = () =>
  admin.json('/api/towers', { method: 'POST', body: { name: randomUUID() } }) as Promise<{ id: number; name: string }>;
const arrives = (count: number) => expect.poll(() => receiver.deliveries.length, { timeout: 10_000 }).toBe(count);
const lastJob = async () =>
  (
    await sql<{ state: string; tries: number; error: string }>(
      `SELECT state, tries, error FROM jobs WHERE kind = 'webhook' ORDER BY id DESC LIMIT 1`,
    )
  )[0];
const becomes = (job: object) => expect.poll(lastJob, { timeout: 10_000 }).toMatchObject(job);
const tryAgainNow = () => sql(`UPDATE jobs SET due_at = now() WHERE state = 'waiting' AND kind = 'webhook'`);

/** As a receiver checks it. */
function expectSigned({ headers, body }: (typeof receiver.deliveries)[number]) {
  const key = Buffer.from(webhook.signingKey.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  expect(Math.abs(Date.now() / 1000 - Number(headers['webhook-timestamp']))).toBeLessThan(10);
}

test('a change is told, signed, and without its values', async () => {
  const tower = await addTower();
  await arrives(1);
  const [delivery] = receiver.deliveries;
  expectSigned(delivery!);
  expect(delivery).toMatchObject({ path: '/told?by=opex', headers: { 'content-type': 'application/json' } });
  expect(webhookMessage.parse(JSON.parse(delivery!.body))).toEqual({
    type: 'changes',
    events: [
      {
        id: expect.any(Number),
        at: expect.stringMatching(/^20/),
        action: 'master.created',
        subject: { type: 'tower', id: tower.id, label: tower.name },
        actor: { id: 1, name: 'Administrator' },
        fiscalYear: null,
      },
    ],
  });
  await becomes({ state: 'done', tries: 0 });
  const [{ arrived }] = (await sql('SELECT last_arrived_at IS NOT NULL AS arrived FROM webhooks')) as [
    { arrived: boolean },
  ];
  expect(arrived).toBe(true);
});

test('what is not taken is sent again under the same id, with a signature of then', async () => {
  receiver.answers.push((response) => response.writeHead(500).end());
  await addTower();
  await becomes({ state: 'waiting', tries: 1, error: 'The other end answered 500' });
  await tryAgainNow();
  await arrives(2);
  const [first, second] = receiver.deliveries;
  for (const delivery of [first!, second!]) expectSigned(delivery);
  expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  expect(second!.body).toBe(first!.body);
  await becomes({ state: 'done' });
  expect(await sql('SELECT failures, failing_since FROM webhooks')).toEqual([{ failures: 0, failing_since: null }]);
});

test('after a try that failed, what else waits for the same end waits too, and leaves its place to others', async () => {
  const other = await add({ name: 'Elsewhere', url: `${receiver.url}/elsewhere` });
  await sql(
    `INSERT INTO jobs (kind, payload, due_at) SELECT 'webhook', jsonb_build_object('webhookId', id, 'entryIds', '[]'::jsonb), now() + interval '1 second'
     FROM unnest($1::int[]) AS id, generate_series(1, 3)`,
    [[webhook.id, other.id]],
  );
  receiver.answers.push((response) => response.writeHead(503).end());
  await admin.json(`/api/webhooks/${webhook.id}/test`, { method: 'POST' });
  await becomes({ tries: 1 });
  const waiting = await sql<{ webhook: number; soon: boolean }>(
    `SELECT DISTINCT (payload->>'webhookId')::int AS webhook, due_at < now() + interval '2 seconds' AS soon FROM jobs
     WHERE state = 'waiting' AND tries = 0`,
  );
  expect(waiting.filter(({ webhook: id }) => id === webhook.id).map(({ soon }) => soon)).toEqual([false]);
});

test('another address that the other end names is not gone to', async () => {
  receiver.answers.push((response) => response.writeHead(307, { location: `${receiver.url}/inside` }).end());
  await addTower();
  await becomes({ tries: 1, error: 'The other end answered 307: redirects are not followed' });
  expect(receiver.deliveries.map(({ path }) => path)).toEqual(['/told?by=opex']);
});

test('of an answer without end nothing is read but its status', async () => {
  let isOpen = true;
  receiver.answers.push((response) => {
    response.writeHead(200);
    const writing = setInterval(() => response.write('x'.repeat(10_000)), 5);
    response.on('close', () => {
      clearInterval(writing);
      isOpen = false;
    });
  });
  await addTower();
  await becomes({ state: 'done' });
  await expect.poll(() => isOpen).toBe(false);
});

test('a certificate that nobody vouches for is refused', async () => {
  const stranger = await startReceiver();
  await admin.json(`/api/webhooks/${webhook.id}`, { method: 'DELETE' });
  await add({ url: stranger.url });
  await addTower();
  await becomes({ tries: 1, error: expect.stringMatching(/certificate/) });
  expect(stranger.deliveries).toEqual([]);
  stranger.close();
});

test('a name that leads inside is not gone to, and not tried again', async () => {
  await sql(`UPDATE webhooks SET url = 'https://[::1]/'`);
  await addTower();
  await becomes({ state: 'failed', error: expect.stringContaining('::1 is not on the internet') });
});

test('a webhook that nothing has reached for a day is switched off, and administrators are told', async () => {
  await sql(`UPDATE webhooks SET failures = 9, failing_since = now() - interval '25 hours'`);
  receiver.answers.push((response) => response.writeHead(503).end());
  await addTower();
  await becomes({ tries: 1 });
  const [after] = await sql<{ off: string }>('SELECT off_because AS off FROM webhooks WHERE NOT is_on');
  expect(after?.off).toMatch(/^Nothing has arrived since .* in 10 tries. The last one: The other end answered 503$/);
  expect(
    await sql(`SELECT actor_name, subject_label FROM audit_entries WHERE action = 'webhook.switched-off'`),
  ).toEqual([{ actor_name: 'Webhooks', subject_label: 'Ledger' }]);
  await expect.poll(() => mailServer.mails, { timeout: 10_000 }).toHaveLength(1);
  expect(mailServer.mails[0]).toMatchObject({ to: firstAdmin.email, text: expect.stringContaining('Ledger') });

  await tryAgainNow();
  await becomes({ state: 'failed', error: 'The webhook is off' });
  await addTower();
  await admin.json(`/api/webhooks/${webhook.id}/test`, { method: 'POST' });
  await arrives(2);
  expect(JSON.parse(receiver.deliveries[1]!.body)).toEqual({ type: 'test', events: [] });
});

test('neither the log nor a job holds a secret', async () => {
  receiver.answers.push((response) => response.writeHead(500).end());
  await addTower();
  await becomes({ tries: 1 });
  const jobs = JSON.stringify(await sql('SELECT * FROM jobs'));
  expect(server.log()).toContain('A job failed');
  for (const text of [server.log(), jobs]) {
    expect(text).not.toContain(webhook.signingKey.slice(6, 30));
    expect(text).not.toContain('told?by=opex');
  }
});
