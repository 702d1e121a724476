import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  createEntity,
  createKey,
  createService,
  createTower,
  createUser,
  createYear,
  everyMonth,
} from './factories/index.ts';
import { as, asKey, asUser, type Person } from './harness/as.ts';
import { brokenInvariants } from './harness/invariants.ts';
import { sql } from './harness/sql.ts';
import { makeKey } from './stories/api-keys.ts';
import { addDays, today } from '../src/lib/time.ts';

/**
 * A service that another entity takes over: its former readers keep the figures of the years that it cost them something in,
 * with what names it, and hear nothing of what is said of it afterwards.
 */

const secret = 'zzlater';
let years: Record<'FY25' | 'FY26' | 'FY27', Awaited<ReturnType<typeof createYear>>>;
let editor: Person;
/** Who sees the entity that it came from, by a session and by a key, and the one that it went to. */
let former: Person;
let formerKey: Person;
let now: Person;
let [from, to] = [0, 0];
let id = 0;
let uid = '';

beforeAll(async () => {
  years = { FY25: await createYear('FY25'), FY26: await createYear('FY26'), FY27: await createYear('FY27') };
  editor = await as('Editor');
});

beforeEach(async () => {
  [from, to] = [(await createEntity()).id, (await createEntity()).id];
  const person = await createUser('Editor', [from]);
  former = await asUser(person.id);
  formerKey = asKey((await makeKey(former, ['budgets.view', 'reports.view'])).key);
  now = await as('Editor', [to]);
});

const setOpen = (label: keyof typeof years, until: number) =>
  sql(`UPDATE periods SET state = CASE WHEN number <= $2 THEN 'CLOSED' ELSE 'OPEN' END WHERE fiscal_year_id = $1`, [
    years[label].id,
    until,
  ]);
const reopen = async () => {
  for (const label of ['FY25', 'FY26', 'FY27'] as const) await setOpen(label, 0);
};
const patch = async (change: object, fy = 'FY26') => {
  const { version } = (await editor.get(`/api/budgets/${id}?fy=${fy}`).expect(200)).body as { version: number };
  await editor.patch(`/api/budgets/${id}?fy=${fy}`).set('if-match', `"v${version}"`).send({ reason: 'It is so', ...change }).expect(200); // prettier-ignore
};

/** It cost ten a month in FY26, the first three months of which are closed when it goes; then much is said of it. */
async function takeOver(overrides: object, move: () => Promise<unknown>) {
  await reopen();
  const service = await createService(
    { service: 'Hosting', owner: 'Asha', description: 'As it was', ...overrides },
    { planId: years.FY26.planId, months: everyMonth('10.00') },
  );
  ({ id, uid } = service);
  await former.get(`/api/services/${id}`).expect(200);
  await setOpen('FY25', 12);
  await setOpen('FY26', 3);
  await move();
  await patch({ owner: secret, description: secret, contract: secret, renewalDate: soon, months: { 11: '777.00' } });
  await editor.post(`/api/services/${id}/remarks`).send({ text: secret }).expect(201);
}
const soon = addDays(today(), 30);

type Row = Record<string, unknown> & { id: number };
const rowsOf = async (who: Person, query: object) => {
  const { body } = await who.get('/api/budgets').query({ limit: 200, ...query }).expect(200); // prettier-ignore
  return body as { data: Row[]; totals: { budget: string }; pagination: { total: number } };
};

const ways: Record<string, () => Promise<void>> = {
  'a dedicated one gets another owner': () => takeOver({ entityId: from }, () => patch({ entityId: to })),
  'a shared one gets another key': async () => {
    await reopen();
    const [before, after] = [await createKey([[from, '1']]), await createKey([[to, '1']])];
    await takeOver({ serviceType: 'Shared', budgetKeyId: before.id }, () => patch({ budgetKeyId: after.id }));
  },
  'its key goes over to another entity': async () => {
    await reopen();
    const key = await createKey([[from, '1']]);
    const change = { validFrom: '2025-07-01', reason: 'They moved', drivers: [{ entityId: to, value: '1' }] };
    await takeOver({ serviceType: 'Shared', budgetKeyId: key.id }, async () => {
      const approver = await as('Approver');
      await approver.post(`/api/allocation-keys/${key.id}/versions`).set('if-match', '"v1"').send(change).expect(201);
    });
  },
};

describe.each(Object.keys(ways))('%s', (way) => {
  beforeEach(() => ways[way]!());

  test('in a year that it cost them something, former readers see its figures and its name, and no later word', async () => {
    for (const who of [former, formerKey]) {
      const { data, totals } = await rowsOf(who, { fy: 'FY26', with: 'months' });
      expect(data).toMatchObject([
        { id, uid, service: 'Hosting', budget: '30.00', owner: '', remark: '', editable: false },
      ]);
      expect(totals.budget).toBe('30.00');
      expect((await who.get(`/api/budgets/${id}?fy=FY26`).expect(200)).body).toMatchObject(data[0]!);
      const { body: months } = await who.get(`/api/services/${id}/months?fy=FY26`).expect(200);
      expect(months.months.slice(0, 4).map(({ budget }: { budget: string }) => budget)).toEqual(['10.00', '10.00', '10.00', '0.00']); // prettier-ignore
      const { body: shares } = await who.get(`/api/services/${id}/entities?fy=FY26`).expect(200);
      expect(shares.data).toMatchObject([{ entityId: from, budget: '30.00' }]);
      const { body: dashboard } = await who.get('/api/reports/dashboard?fy=FY26').expect(200);
      expect(JSON.stringify(dashboard)).toContain('30.00');
      for (const answer of [data, months, shares, dashboard]) expect(JSON.stringify(answer)).not.toMatch(/zzlater|777/);
    }
  });

  test('in other years it is not there', async () => {
    for (const who of [former, formerKey])
      for (const fy of ['FY25', 'FY27']) {
        expect((await rowsOf(who, { fy })).data).toEqual([]);
        for (const path of [`budgets/${id}`, `services/${id}/months`, `services/${id}/entities`])
          await who.get(`/api/${path}?fy=${fy}`).expect(404);
        const { body } = await who.get(`/api/reports/dashboard?fy=${fy}`).expect(200);
        expect(JSON.stringify(body)).not.toContain(uid);
      }
  });

  test('no filter, order or search tells a later word', async () => {
    const found = async (query: object) => (await rowsOf(former, { fy: 'FY26', ...query })).pagination.total;
    for (const query of [
      { q: secret },
      { 'owner.like': secret },
      { contract: secret },
      { 'description.empty': 'false' },
      { 'remark.like': 'zz' },
      { 'renewalDate.gte': '2020-01-01' },
    ])
      // prettier-ignore
      expect([query, await found(query)]).toEqual([query, 0]);
    for (const query of [{ q: uid }, { q: 'hosting' }, { 'service.like': 'host' }]) expect(await found(query)).toBe(1);
    await former.get('/api/budgets?fy=FY26&sort=-owner,remark,contract').expect(200);
    for (const q of [secret, uid]) {
      const { body } = await former.get('/api/search').query({ q }).expect(200);
      expect(JSON.stringify(body)).not.toContain(uid);
    }
  });

  test('its remarks and its history are not there, and nothing can be added', async () => {
    for (const path of ['remarks', 'history']) await former.get(`/api/services/${id}/${path}`).expect(404);
    await former.post(`/api/services/${id}/remarks`).send({ text: 'Still here' }).expect(404);
    const edit = { owner: 'Mine', reason: 'Still mine' };
    await former.patch(`/api/budgets/${id}?fy=FY26`).set('if-match', '"v3"').send(edit).expect(404);
    const audit = await as('Approver', [from]);
    expect((await audit.get('/api/audit?limit=200').expect(200)).text).not.toMatch(/zzlater|777/);
  });

  test('what it uses is used by nothing of its former readers any more', async () => {
    const tower = await createTower();
    await sql('UPDATE services SET tower_id = $2 WHERE id = $1', [id, tower.id]);
    const usedBy = async (who: Person, path: string) => (await who.get(`/api/${path}`).expect(200)).body.usedBy;
    for (const path of [`towers/${tower.id}`, `entities/${from}`]) expect(await usedBy(former, path)).toBe(0);
    for (const path of [`towers/${tower.id}`, `entities/${to}`]) expect(await usedBy(now, path)).toBe(1);
    expect(await usedBy(editor, `towers/${tower.id}`)).toBe(1);
  });

  test('its readers of now see all of it', async () => {
    const { data } = await rowsOf(now, { fy: 'FY26', q: secret });
    expect(data).toMatchObject([{ id, owner: secret, description: secret, remark: secret }]);
    expect((await now.get(`/api/services/${id}/remarks`).expect(200)).body.data).toMatchObject([{ text: secret }]);
    await now.get(`/api/services/${id}/history`).expect(200);
    const { body } = await now.get('/api/search').query({ q: uid }).expect(200);
    expect(JSON.stringify(body)).toContain(uid);
  });
});

test('who knew it before its first amount sees nothing of it in any year once it is of another', async () => {
  await reopen();
  await setOpen('FY25', 12);
  await setOpen('FY26', 3);
  ({ id, uid } = await createService({ entityId: from }));
  expect((await rowsOf(former, { fy: 'FY26' })).data).toMatchObject([{ id }]);
  await patch({ entityId: to });
  for (const fy of ['FY25', 'FY26', 'FY27']) expect((await rowsOf(former, { fy })).data).toEqual([]);
  await former.get(`/api/services/${id}`).expect(404);
});

test('an owner sees all of it until the day from which it is planned for another', async () => {
  await reopen();
  ({ id, uid } = await createService({ entityId: from, owner: 'Asha' }));
  await sql(
    `INSERT INTO service_assignments (service_id, valid_from, service_type, entity_id) VALUES ($1, date_trunc('month', current_date + 40)::date, 'Dedicated', $2)`,
    [id, to],
  );
  for (const who of [former, now])
    expect((await who.get(`/api/services/${id}/remarks`).expect(200)).body.data).toEqual([]);
});

test('after all this every sum, share and link of the log is right', async () => {
  expect(await brokenInvariants()).toEqual([]);
});
