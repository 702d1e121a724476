import { webhookEvents } from '@opex/contracts/webhooks';
import { randomUUID } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEntity } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';

/** What administrators do with webhooks, and which deliveries a change adds. Nothing runs jobs here. */
let admin: Person;
beforeAll(async () => (admin = await as('Admin')));
beforeEach(() => sql('DELETE FROM webhooks; DELETE FROM jobs'));

const body = { name: 'Ledger', url: 'https://ledger.example.test/hooks/a-token', events: ['master.created'] };
const create = async (overrides: object = {}) =>
  (
    await admin
      .post('/api/webhooks')
      .send({ ...body, ...overrides })
      .expect(201)
  ).body as {
    id: number;
    version: number;
    signingKey: string;
  };
const payloads = async () =>
  (await sql<{ payload: object }>(`SELECT payload FROM jobs WHERE kind = 'webhook' ORDER BY id`)).map(
    ({ payload }) => payload as { webhookId: number; entryIds: number[] },
  );
const addTower = async (name: string = randomUUID()) =>
  (await admin.post('/api/towers').send({ name }).expect(201)).body as { id: number };
const lastEntry = async () =>
  (
    await sql<{ id: number; action: string; changes: object }>(
      'SELECT id::int AS id, action, changes FROM audit_entries ORDER BY id DESC LIMIT 1',
    )
  )[0]!;

describe('a webhook', () => {
  test('is added with a secret that is shown once, and kept where nobody reads it', async () => {
    const { id, signingKey } = await create();
    expect(signingKey).toMatch(/^whsec_[\w+/]{43}=$/);
    const list = await admin.get('/api/webhooks').expect(200);
    expect(list.body.data).toMatchObject([{ id, ...body, isOn: true, failingSince: null, lastArrivedAt: null }]);
    const [kept] = await sql<{ all: string }>('SELECT webhooks::text AS all FROM webhooks');
    const told = JSON.stringify(await sql('SELECT * FROM audit_entries'));
    for (const text of [list.text, kept!.all, told]) expect(text).not.toContain(signingKey.slice(6, 30));
    expect(told).not.toContain('a-token');
    expect(await lastEntry()).toMatchObject({
      action: 'webhook.created',
      changes: { address: { from: null, to: 'https://ledger.example.test' } },
    });
  });

  test('is changed by those who saw its version', async () => {
    const { id } = await create();
    const change = (version: number) =>
      admin.patch(`/api/webhooks/${id}`).set('if-match', `"v${version}"`).send({ isOn: false });
    expect((await change(1).expect(200)).body).toMatchObject({ isOn: false, version: 2 });
    expectProblem(await change(1), 412);
    expect(await lastEntry()).toMatchObject({ changes: { isOn: { from: true, to: false } } });
  });

  test('that failed begins anew when it is switched on', async () => {
    const { id } = await create();
    await sql(`UPDATE webhooks SET is_on = false, failures = 9, failing_since = now(), off_because = 'It was gone'`);
    const { body: on } = await admin.patch(`/api/webhooks/${id}`).set('if-match', '"v1"').send({ isOn: true });
    expect(on).toMatchObject({ isOn: true, failingSince: null, offBecause: null });
  });

  test('is removed, and its name can be used again', async () => {
    const { id } = await create();
    expectProblem(await admin.post('/api/webhooks').send({ ...body, name: ' ledger' }), 409);
    await admin.delete(`/api/webhooks/${id}`).expect(204);
    expectProblem(await admin.delete(`/api/webhooks/${id}`), 404);
    expectProblem(await admin.get(`/api/webhooks/${id}/deliveries`), 404);
    await create();
  });

  test.each([
    ['no https', 'http://ledger.example.test/'],
    ['a password', 'https://name:word@ledger.example.test/'],
    ['a fragment', 'https://ledger.example.test/#here'],
    ['a backslash', String.raw`https://ledger.example.test\@inside/`],
    ['a port that is none', 'https://ledger.example.test:65536/'],
    ['metadata', 'https://169.254.169.254/latest'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback as one number', 'https://2130706433/'],
    ['another port', 'https://1.1.1.1:22/'],
  ])('with %s is refused', async (_, url) => {
    const { errors } = expectProblem(await admin.post('/api/webhooks').send({ ...body, url }), 422);
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/url']);
  });

  test('is told of nothing that is in no list, and of nothing twice', async () => {
    for (const events of [[], ['session.started'], ['nonsense'], ['master.created', 'master.created']])
      expectProblem(await admin.post('/api/webhooks').send({ ...body, events }), 422);
    await create({ events: webhookEvents });
  });

  test('is one of twenty at most', async () => {
    await sql(
      `INSERT INTO webhooks (name, url, events, secret) SELECT 'Hook ' || n, 'https://example.test', '{x}', '' FROM generate_series(1, 20) n`,
    );
    expectProblem(await admin.post('/api/webhooks').send(body), 409);
  });

  test('belongs to those who see all entities', async () => {
    const scoped = await as('Admin', [(await createEntity()).id]);
    for (const person of [scoped, await as('Approver')]) {
      expectProblem(await person.get('/api/webhooks'), 403);
      expectProblem(await person.post('/api/webhooks').send(body), 403);
    }
  });
});

describe('a change', () => {
  test('adds a delivery to those that want to be told, with its entry', async () => {
    const { id } = await create();
    await create({ name: 'Other', events: ['user.created'] });
    const off = await create({ name: 'Off' });
    await admin.patch(`/api/webhooks/${off.id}`).set('if-match', '"v1"').send({ isOn: false }).expect(200);
    await addTower();
    expect(await payloads()).toEqual([{ webhookId: id, entryIds: [(await lastEntry()).id] }]);
  });

  test('that is not kept adds none', async () => {
    await create();
    await addTower('Twice');
    expectProblem(await admin.post('/api/towers').send({ name: 'twice' }), 409);
    expect(await payloads()).toHaveLength(1);
  });

  test('of many records adds one delivery for a hundred of them', async () => {
    const { id } = await create();
    await sql(`INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_label, changes, previous_hash, hash)
      SELECT 0, 'Somebody', 'master.created', 'tower', 'Tower ' || n, '{}', '', '' FROM generate_series(1, 250) n`);
    const last = (await lastEntry()).id;
    const told = await payloads();
    expect(told.map(({ webhookId, entryIds }) => [webhookId, entryIds.length])).toEqual([
      [id, 100],
      [id, 100],
      [id, 50],
    ]);
    expect(told.flatMap(({ entryIds }) => entryIds)).toEqual(Array.from({ length: 250 }, (_, n) => last - 249 + n));
  });
});

test('a test is one delivery, however often it is asked for, and is seen with what became of it', async () => {
  const { id } = await create();
  const key = randomUUID();
  const send = () => admin.post(`/api/webhooks/${id}/test`).set('idempotency-key', key).expect(202);
  const { body: sent } = await send();
  expect((await send()).body).toEqual(sent);
  expect(await payloads()).toEqual([{ webhookId: id, entryIds: [] }]);
  await addTower();
  await sql(
    `UPDATE jobs SET state = 'failed', tries = 8, error = 'The other end answered 500', finished_at = now() WHERE id = $1`,
    [sent.id],
  );
  const { body: seen } = await admin.get(`/api/webhooks/${id}/deliveries`).expect(200);
  expect(seen.data).toMatchObject([
    { state: 'waiting', events: 1, tries: 0, error: null },
    { id: sent.id, state: 'failed', events: 0, tries: 8, error: 'The other end answered 500' },
  ]);
});
