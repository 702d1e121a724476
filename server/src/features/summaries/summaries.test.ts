import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createEntity, createService, createUser, createYear, everyMonth } from '../../../test/factories/index.ts';
import { as, asUser } from '../../../test/harness/as.ts';
import { startInstance } from '../../../test/harness/instances.ts';
import { startMailServer } from '../../../test/harness/mail-server.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import * as summaries from './summaries.service.ts';
import { addDays, today } from '../../lib/time.ts';

/** Two entities with a service each; whoever sees one of them is told nothing of the other. */
const dayFromNow = (days: number) => addDays(today(), days);
const tomorrow = dayFromNow(1);
const subscribe = async (id: number, dailySummary = true) =>
  (await asUser(id)).patch('/api/subscriptions').send({ dailySummary }).expect(200);
const entityOf: Record<string, number> = {};
const serviceOf: Record<string, number> = {};

beforeAll(async () => {
  const year = await createYear('FY26', { reportedThrough: 7 });
  for (const [uid, days] of [
    ['NEAR-1', 7],
    ['FAR-1', 100],
  ] as const) {
    entityOf[uid] = (await createEntity()).id;
    const fields = { uid, entityId: entityOf[uid], renewalDate: new Date(dayFromNow(days)) };
    serviceOf[uid] = (await createService(fields, { planId: year.planId, months: everyMonth('1000.00') })).id;
  }
});
beforeEach(() => sql('UPDATE users SET daily_summary = false'));

describe('a person', () => {
  test('is written to who asks for it, until they ask no more, and the log says so once', async () => {
    const { id } = await createUser('Viewer');
    const person = await asUser(id);
    expect((await person.get('/api/subscriptions').expect(200)).body).toEqual({
      dailySummary: false,
      sentAt: '03:30',
      mailsAreSent: false,
    });
    await subscribe(id);
    await subscribe(id);
    expect((await person.get('/api/subscriptions')).body.dailySummary).toBe(true);
    await subscribe(id, false);
    const entries = await sql(
      `SELECT changes->'dailySummary'->>'to' AS value FROM audit_entries WHERE action = 'user.updated' AND subject_id = $1 ORDER BY id`,
      [id],
    );
    expect(entries).toEqual([{ value: 'true' }, { value: 'false' }]);
    expect(await summaries.write(id, tomorrow)).toBeUndefined();
    expectProblem(await person.patch('/api/subscriptions').send({ dailySummary: 'yes' }), 422);
  });

  test('reads of what they see, and of nothing else', async () => {
    const editor = await as('Editor');
    for (const id of Object.values(serviceOf))
      await editor.patch(`/api/budgets/${id}?fy=FY26`).set('if-match', '"v1"').send({ owner: 'Asha' }).expect(200);
    for (const [uid, other] of [
      ['NEAR-1', 'FAR-1'],
      ['FAR-1', 'NEAR-1'],
    ] as const) {
      const { id, email } = await createUser('Viewer', [entityOf[uid]!]);
      await subscribe(id);
      const mail = await summaries.write(id, tomorrow);
      expect(mail).toMatchObject({ to: email, subject: expect.stringMatching(/^FY26 on /) });
      expect(mail?.text).toContain(`${uid}: changed, by Editor`);
      expect(mail?.text).toContain('FY26 to date (through Oct 2025) is INR 7,000.00 under budget, 100.0 %.');
      expect(mail?.text).not.toContain(other);
    }
    const whole = await createUser('Viewer');
    await subscribe(whole.id);
    const mail = await summaries.write(whole.id, tomorrow);
    for (const words of ['NEAR-1: changed', 'FAR-1: changed', 'INR 14,000.00 under'])
      expect(mail?.text).toContain(words);
  });

  test('is not written to when there is nothing to tell, or when they have lost their account', async () => {
    const { id } = await createUser('Viewer', [entityOf['FAR-1']!]);
    await subscribe(id);
    expect(await summaries.write(id, '2026-01-01')).toBeUndefined();
    expect(await summaries.write(id, tomorrow)).toBeDefined();
    await sql('UPDATE users SET disabled_at = now() WHERE id = $1', [id]);
    expect(await summaries.write(id, tomorrow)).toBeUndefined();
  });
});

test('in the morning each who asked gets one mail, if there is something to tell', async () => {
  const [near, far, silent] = [
    await createUser('Viewer', [entityOf['NEAR-1']!]),
    await createUser('Viewer', [entityOf['FAR-1']!]),
    await createUser('Viewer'),
  ];
  for (const { id } of [near, far]) await subscribe(id);
  const mailServer = await startMailServer();
  const server = await startInstance({ SMTP_URL: mailServer.url });
  await sql(`INSERT INTO jobs (kind, payload) VALUES ('summaries', '{}')`);
  const left = () =>
    sql(`SELECT FROM jobs WHERE state <> 'done' AND due_at <= now() AND kind IN ('summaries', 'summary', 'mail')`);
  await expect.poll(() => mailServer.mails.length, { timeout: 15_000 }).toBe(1);
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
  expect(mailServer.mails.map(({ to }) => to)).toEqual([near.email]);
  expect(mailServer.mails[0]?.text).toContain('in 7 days: NEAR-1');
  expect(silent.email).not.toBe(near.email);
  await server.stop();
  mailServer.close();
}, 60_000);
afterAll(() => sql('DELETE FROM jobs'));
