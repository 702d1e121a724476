import type { NewApiKey } from '@opex/contracts/api-keys';
import type { SecurityEvent } from '@opex/contracts/security-events';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createUser, createYear, password } from '../../../test/factories/index.ts';
import { api, as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { registry } from '../../lib/metrics.ts';
import { recordSecurityEvent, takeSecurityEvents } from '../../lib/security-log.ts';
import * as sessions from '../sessions/sessions.service.ts';
import * as securityEvents from './security-events.service.ts';

let admin: Person;
beforeAll(async () => {
  await createYear();
  admin = await as('Admin');
});
beforeEach(() => void takeSecurityEvents(true));

/** What the log holds, after what is waiting was written. */
async function list(query: object = {}): Promise<SecurityEvent[]> {
  await securityEvents.flush(true);
  const { body } = await admin
    .get('/api/security-events')
    .query({ limit: 200, ...query })
    .expect(200);
  return (body as { data: SecurityEvent[] }).data;
}
const signIn = (email: string, secret: string) => api.post('/api/auth/sign-in').send({ email, password: secret });
const cookieOf = (headers: Record<string, unknown>) => (headers['set-cookie'] as string[])[0]?.split(';')[0] ?? '';

describe('the security log', () => {
  test('says who signed in, failed, had to wait and signed out, from where and by which request', async () => {
    const user = await createUser('Viewer');
    const { headers, body } = await signIn(user.email, password).set('x-request-id', 'came-in').expect(200);
    await api
      .post('/api/auth/sign-out')
      .set({ cookie: cookieOf(headers), 'x-csrf-token': body.csrfToken })
      .expect(204);
    for (let failure = 1; failure <= 5; failure++) await signIn(user.email, 'wrong').expect(401);
    await signIn(user.email, 'wrong').expect(429);

    const events = await list({ userId: user.id, sort: 'id' });

    const common = { userId: user.id, subject: user.email, address: expect.stringContaining('127.0.0.1') };
    expect(new Map(events.map((event) => [event.event, event]))).toMatchObject(
      new Map(
        Object.entries({
          session_created: {
            ...common,
            outcome: 'success',
            requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
            times: 1,
          },
          session_ended: { ...common, details: { why: 'signed out' } },
          authn_login_fail: { ...common, outcome: 'failure', times: 5 },
          authn_login_lock: { ...common, outcome: 'refused', times: 1 },
        }),
      ),
    );
    expect(events).toHaveLength(4);
  });

  test('names an account that does not exist, but not what may be a password in the wrong field', async () => {
    await signIn('Nobody@Example.com', 'wrong').expect(401);
    await signIn('my secret password 1', 'wrong').expect(401);
    const events = await list({ event: 'authn_login_fail' });
    expect(events.slice(0, 2).map(({ subject, userId }) => [subject, userId])).toEqual([
      ['(not an e-mail address)', null],
      ['nobody@example.com', null],
    ]);
    expect(JSON.stringify(events)).not.toContain('secret password');
  });

  test('says what was refused: rights, writes from another site, keys that are none', async () => {
    const user = await createUser('Viewer');
    const session = await asUser(user.id);
    expectProblem(await session.get('/api/users'), 403);
    expectProblem(await session.post('/api/auth/sign-out').set({ 'x-csrf-token': 'x' }), 403);
    expectProblem(await session.post('/api/auth/sign-out').set({ origin: 'https://evil.example' }), 403);
    expectProblem(await api.get('/api/budgets').set({ authorization: 'Bearer opex_none' }), 401);

    const events = await list({ sort: 'id' });
    expect(events.filter(({ userId }) => userId === user.id)).toMatchObject([
      { event: 'authz_fail', outcome: 'refused', subject: user.email, details: { method: 'GET', route: '/api/users' } },
      { event: 'csrf_fail', times: 2 },
    ]);
    expect(events.filter(({ event }) => event === 'authn_token_fail')).toMatchObject([
      { userId: null, outcome: 'failure' },
    ]);
    expect(JSON.stringify(events)).not.toContain('opex_none');
  });

  test('follows a password and a key: changed, tried, reset, made, used, revoked', async () => {
    const user = await createUser('Viewer');
    const session = await asUser(user.id);
    const { body } = await session
      .post('/api/api-keys')
      .send({ name: 'Key', permissions: ['budgets.view'], expiresInDays: 1 })
      .expect(201);
    const key = body as NewApiKey;
    for (let use = 0; use < 3; use++)
      await api
        .get('/api/budgets')
        .set({ authorization: `Bearer ${key.key}` })
        .expect(200);
    await session.delete(`/api/api-keys/${key.id}`).expect(204);
    const change = (current: string) =>
      session.post('/api/auth/password').send({ current, next: 'the next long password' });
    await change('not this one').expect(422);
    await change(password).expect(200);
    await admin.post(`/api/users/${user.id}/password`).expect(200);

    const events = await list({ userId: user.id, sort: 'id' });
    expect(new Map(events.map(({ event, times }) => [event, times]))).toEqual(
      new Map(
        Object.entries({
          authn_token_created: 1,
          apikey_used: 3,
          authn_token_revoked: 1,
          authn_password_change_fail: 1,
          authn_password_change: 1,
          session_ended: 2,
          authn_password_reset: 1,
        }),
      ),
    );
    expect(JSON.stringify(events)).not.toContain(key.key.slice(20));
  });

  test('says which sessions ended by themselves', async () => {
    const user = await createUser('Viewer');
    await asUser(user.id);
    await sql(`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE user_id = $1`, [user.id]);
    await sessions.clean();
    expect(await list({ userId: user.id })).toMatchObject([{ event: 'session_expired', subject: user.email }]);
  });

  test('counts what is repeated instead of writing it again, and a flood of different things by its number', async () => {
    for (let round = 0; round < 3; round++) {
      for (let number = 0; number < 1_000; number++)
        recordSecurityEvent({
          event: 'authn_login_fail',
          subject: `flood-${number}@example.com`,
          address: '192.0.2.1',
        });
      await securityEvents.flush();
    }
    await securityEvents.flush(true);
    const [written] = await sql<{ rows: number; times: number; subjects: number }>(
      `SELECT count(*)::int AS rows, sum(times)::int AS times, count(DISTINCT subject)::int AS subjects FROM security_events
       WHERE event = 'authn_login_fail' AND (subject LIKE 'flood-%' OR details ? 'many')`,
    );
    expect(written).toEqual({ rows: 2 * 201, times: 3_000, subjects: 201 });
  });

  test('keeps what could not be written until it can be', async () => {
    recordSecurityEvent({ event: 'session_created', subject: 'kept@example.com' });
    await sql('ALTER TABLE security_events RENAME TO away');
    try {
      await expect(securityEvents.flush()).rejects.toThrow();
    } finally {
      await sql('ALTER TABLE away RENAME TO security_events');
    }
    expect(await list({ subject: 'kept@example.com' })).toHaveLength(1);
  });

  test('bounds every text that comes from outside', async () => {
    const long = 'x'.repeat(5_000);
    recordSecurityEvent({ event: 'authn_login_fail', subject: long, address: long });
    const [entry] = await list({ 'subject.like': 'xxxx' });
    expect([entry?.subject.length, entry?.address.length]).toEqual([254, 64]);
  });

  test('cannot be changed, nor emptied before its time; age takes entries away', async () => {
    recordSecurityEvent({ event: 'session_created', subject: 'now@example.com' });
    await securityEvents.flush(true);
    for (const statement of [
      `UPDATE security_events SET outcome = 'success'`,
      'TRUNCATE security_events',
      'DELETE FROM security_events',
    ])
      await expect(sql(statement)).rejects.toMatchObject({ code: 'OP005' });
    await sql(
      `INSERT INTO security_events (at, last_at, times, event, outcome, subject, address, details)
       VALUES (now() - interval '181 days', now(), 1, 'session_created', 'success', 'old@example.com', '', '{}')`,
    );
    await securityEvents.clean();
    expect(await list({ subject: 'old@example.com' })).toEqual([]);
    expect(await list({ subject: 'now@example.com' })).toHaveLength(1);
  });

  test('is listed for administrators only, filtered, sorted and paged', async () => {
    for (const outcome of ['authn_login_fail', 'session_created'] as const)
      recordSecurityEvent({ event: outcome, subject: 'Lister@example.com', address: '192.0.2.44' });
    expect(await list({ address: '192.0.2.44' })).toHaveLength(2);
    expect(await list({ q: 'lister@', outcome: 'failure' })).toMatchObject([{ event: 'authn_login_fail' }]);
    expect(await list({ 'at.gt': '2100-01-01' })).toEqual([]);
    const whole = await list();
    for (const sort of ['-id', 'at', 'subject,-id', 'userId']) {
      const seen: number[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const query = { sort, limit: 150, ...(after && { after }) };
        const { body } = await admin.get('/api/security-events').query(query).expect(200);
        seen.push(...body.data.map(({ id }: { id: number }) => id));
        after = body.pagination.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThanOrEqual(whole.length);
    }
    for (const role of ['Viewer', 'Editor', 'Approver'] as const)
      expectProblem(await (await as(role)).get('/api/security-events'), 403);
    expectProblem(await (await as('Admin', [])).get('/api/security-events'), 403);
  });

  test('has counters with few labels', async () => {
    const valueOf = async (name: string) =>
      (await registry.getSingleMetric(name)?.get())?.values.map(({ labels, value }) => [
        Object.values(labels).join(),
        value,
      ]);
    const before = new Map((await valueOf('auth_attempts_total')) as [string, number][]);
    for (const event of ['session_created', 'authn_login_fail', 'authn_login_lock', 'authz_fail', 'csrf_fail'] as const)
      recordSecurityEvent({ event, subject: 'counted@example.com' });
    const after = new Map((await valueOf('auth_attempts_total')) as [string, number][]);
    expect([...after.keys()].sort()).toEqual(['failure', 'refused', 'success']);
    for (const [result, value] of after) expect(value).toBe((before.get(result) ?? 0) + 1);
    for (const name of ['auth_lockouts_total', 'authz_denied_total', 'csrf_rejected_total'])
      expect(await valueOf(name)).toEqual([['', expect.any(Number)]]);
  });
});
