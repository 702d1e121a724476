import { beforeAll, describe, expect, test } from 'vitest';
import { createEntity, createService, createUser, createYear, everyMonth } from '../../../test/factories/index.ts';
import { as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { inside } from '../../database/inside.ts';
import { inTransaction } from '../../database/transaction.ts';
import * as audit from './audit.service.ts';
import { today } from '../../lib/time.ts';

let admin: Person;
let approver: typeof admin;
let year: Awaited<ReturnType<typeof createYear>>;

beforeAll(async () => {
  year = await createYear();
  admin = await as('Admin');
  approver = await as('Approver');
  for (const name of ['One', 'Two', 'Three', 'Four', 'Five', 'Six']) await addTower(name).expect(201);
});

const addTower = (name: string) => admin.post('/api/towers').send({ name });
const list = async (query: object, who = approver) => (await who.get('/api/audit').query(query).expect(200)).body;
const verify = async () => (await approver.get('/api/audit/verify').expect(200)).body;
const count = async () =>
  (await sql<{ count: number }>('SELECT count(*)::int AS count FROM audit_entries'))[0]?.count ?? 0;
const record = (label: string) =>
  inTransaction([], (tx) =>
    audit.record({ id: null, name: 'Test' }, { action: 'demo.loaded', subject: { type: 'demo', id: 1, label } }, tx),
  );

describe('an entry', () => {
  test('says who did what to what, when, why, and by which request', async () => {
    const editor = await createUser('Editor');
    const service = await createService({ uid: 'AUD-1' }, { planId: year.planId, months: everyMonth('1.00') });
    await (
      await asUser(editor.id)
    )
      .patch(`/api/budgets/${service.id}?fy=FY26`)
      .set({ 'if-match': '"v1"', 'x-request-id': 'the-request' })
      .send({ budget: '24.00', owner: 'Asha', reason: 'Price rise' })
      .expect(200);
    const { data } = await list({ subjectType: 'service', subjectId: service.id });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({
      actorId: editor.id,
      actor: editor.name,
      action: 'service.updated',
      subject: 'AUD-1',
      fy: 'FY26',
      reason: 'Price rise',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      changes: {
        owner: { from: '', to: 'Asha' },
        budget: { from: '12.00', to: '24.00' },
        'months.1': { from: '1.00', to: '2.00' },
      },
    });
    expect(Math.abs(Date.now() - Date.parse(data[0].at))).toBeLessThan(60_000);
  });

  test('is kept with its change or not at all', async () => {
    const before = await count();
    await expect(
      inTransaction([], async (tx) => {
        await inside(tx).tower.create({ data: { name: 'Rolled back' } });
        audit.record(
          { id: null, name: 'Test' },
          { action: 'demo.loaded', subject: { type: 'demo', id: 1, label: 'x' } },
          tx,
        );
        throw new Error('after the entry');
      }),
    ).rejects.toThrow('after the entry');
    expect(await sql(`SELECT FROM towers WHERE name = 'Rolled back'`)).toEqual([]);
    expect(await count()).toBe(before);
  });

  test('is not made by what is refused or changes nothing', async () => {
    const service = await createService();
    const before = await count();
    const patch = (version: number, body: object) =>
      admin.patch(`/api/budgets/${service.id}?fy=FY26`).set('if-match', `"v${version}"`).send(body);
    await patch(7, { owner: 'Ravi' }).expect(412);
    await patch(1, { owner: 'x'.repeat(500) }).expect(422);
    await patch(1, { vendorId: 2_000_000_000 }).expect(422);
    await patch(1, { owner: '' }).expect(200);
    await addTower('ONE ').expect(409);
    expect(await count()).toBe(before);
  });

  test('cannot be changed, deleted or truncated, not even by the owner of the table', async () => {
    const before = await sql('SELECT * FROM audit_entries ORDER BY id');
    for (const statement of [
      `UPDATE audit_entries SET reason = 'x'`,
      'DELETE FROM audit_entries WHERE id = 1',
      'TRUNCATE audit_entries',
    ])
      await expect(sql(statement)).rejects.toMatchObject({ code: 'OP005' });
    expect(await sql('SELECT * FROM audit_entries ORDER BY id')).toEqual(before);
  });
});

describe('the chain', () => {
  test('is whole after parallel writers, without a gap or a double', async () => {
    const before = await count();
    await Promise.all(Array.from({ length: 40 }, (_, index) => record(`parallel ${index}`)));
    const ids = (await sql<{ id: string }>('SELECT id FROM audit_entries ORDER BY id')).map(({ id }) => Number(id));
    expect(ids).toEqual(Array.from({ length: before + 40 }, (_, index) => index + 1));
    expect(await verify()).toMatchObject({ intact: true, entries: before + 40, firstBadId: null, reason: null });
  });

  /** What somebody with every right over the database could do, undone afterwards. */
  const tampered = async (statements: string, look: () => Promise<void>) => {
    await sql(
      'CREATE TABLE kept_entries AS SELECT * FROM audit_entries; CREATE TABLE kept_heads AS SELECT * FROM audit_heads',
    );
    try {
      await sql(`SET session_replication_role = replica; ${statements}`);
      await look();
    } finally {
      await sql(`SET session_replication_role = replica; DELETE FROM audit_entries; INSERT INTO audit_entries SELECT * FROM kept_entries;
        DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept_heads; DROP TABLE kept_entries, kept_heads`);
      expect(await verify()).toMatchObject({ intact: true });
    }
  };

  test.each([
    ['a changed reason', `UPDATE audit_entries SET reason = 'other' WHERE id = 4`, 4, /changed/],
    ['a changed actor', `UPDATE audit_entries SET actor_name = 'Somebody' WHERE id = 3`, 3, /changed/],
    ['a changed time', `UPDATE audit_entries SET at = at - interval '1 day' WHERE id = 3`, 3, /changed/],
    [
      'a changed amount',
      `UPDATE audit_entries SET changes = '{"budget":{"from":"1.00","to":"2.00"}}' WHERE id = 2`,
      2,
      /changed/,
    ],
    [
      'two changed entries, of which the first is named',
      `UPDATE audit_entries SET reason = 'other' WHERE id IN (5, 3)`,
      3,
      /changed/,
    ],
    [
      'a changed entry with its hash made anew',
      `UPDATE audit_entries SET reason = 'other' WHERE id = 4; UPDATE audit_entries e SET hash = audit_hash(e) WHERE id = 4`,
      5,
      /follow/,
    ],
    ['a removed entry', 'DELETE FROM audit_entries WHERE id = 3', 4, /missing/],
    ['a removed first entry', 'DELETE FROM audit_entries WHERE id = 1', 2, /missing/],
    [
      'two entries in each other’s place',
      `UPDATE audit_entries SET id = -1 WHERE id = 3; UPDATE audit_entries SET id = 3 WHERE id = 4; UPDATE audit_entries SET id = 4 WHERE id = -1`,
      3,
      /follow|changed/,
    ],
    ['the end cut off', 'DELETE FROM audit_entries WHERE id > 5', 6, /missing/],
    ['everything cut off', 'DELETE FROM audit_entries', 1, /missing/],
    [
      'an entry put on the end by hand',
      `INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_label, previous_hash, hash)
         SELECT id + 1, 'Forger', 'test.done', 'test', 'x', hash, '' FROM audit_entries ORDER BY id DESC LIMIT 1;
       UPDATE audit_entries e SET hash = audit_hash(e) WHERE id = (SELECT max(id) FROM audit_entries)`,
      undefined,
      /by hand/,
    ],
  ])('names the first bad entry: %s', async (_what, statements, firstBadId, reason) => {
    await tampered(statements, async () => {
      const expected = firstBadId ?? (await sql<{ id: number }>('SELECT max(id)::int AS id FROM audit_entries'))[0]?.id;
      const verdict = await verify();
      expect(verdict).toMatchObject({ intact: false, firstBadId: expected });
      expect(verdict.reason).toMatch(reason);
    });
  });

  test('covers every column of an entry', async () => {
    const columns = await sql<{ name: string; sample: string }>(
      `SELECT column_name AS name, CASE data_type WHEN 'integer' THEN '77' WHEN 'text' THEN '''other''' WHEN 'jsonb' THEN '''{"a":{"from":1,"to":2}}'''
         WHEN 'ARRAY' THEN '''{77}''' WHEN 'timestamp with time zone' THEN '''2020-01-01''' WHEN 'bytea' THEN '''\\x00''' END AS sample
       FROM information_schema.columns WHERE table_name = 'audit_entries' AND column_name <> 'id'`,
    );
    expect(columns.length).toBeGreaterThan(12);
    for (const { name, sample } of columns)
      await tampered(`UPDATE audit_entries SET ${name} = ${sample} WHERE id = 4`, async () => {
        const { intact, firstBadId } = await verify();
        expect({ name, intact, firstBadId }).toEqual({ name, intact: false, firstBadId: 4 });
      });
  });
});

describe('the list of entries', () => {
  test('comes newest first, filters, searches, sorts and pages', async () => {
    await record('Find me 100%');
    const all = await list({ limit: 200 });
    const ids = all.data.map(({ id }: { id: number }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect((await list({ action: 'master.created', 'id.lte': 6 })).data).toHaveLength(6);
    expect((await list({ subjectType: 'tower', q: 'thr' })).data).toMatchObject([{ subject: 'Three' }]);
    expect((await list({ q: '0%' })).data).toMatchObject([{ subject: 'Find me 100%' }]);
    expect((await list({ q: '%' })).data).toHaveLength(1);
    expect((await list({ actor: 'test' })).data[0]).toMatchObject({ actor: 'Test' });
    expect((await list({ sort: 'id', limit: 2 })).data).toMatchObject([{ id: 1 }, { id: 2 }]);
    expect((await list({ 'at.gte': today() })).pagination.total).toBe(all.pagination.total);
    expect((await list({ 'at.gt': '2100-01-01' })).data).toEqual([]);
  });

  test.each(['-id', 'at', 'actor,-id', '-subjectId'])(
    'gives every entry once by cursor in the order %s',
    async (sort) => {
      const seen: number[] = [];
      let total = 0;
      for (let after: string | null | undefined; after !== null;) {
        const { data, pagination } = await list({ sort, limit: 7, ...(after && { after }) });
        seen.push(...data.map(({ id }: { id: number }) => id));
        total = pagination.total;
        after = pagination.next;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(total);
    },
  );

  test.each(['0000-01-01', '9999-12-31', '2026-02-30', '10000-01-01', '01/02/2026'])(
    'refuses the day %s',
    async (day) => {
      expectProblem(await approver.get('/api/audit').query({ 'at.gte': day }), 422);
    },
  );

  test('refuses a cursor that is forged or of another order', async () => {
    const { pagination } = await list({ sort: '-id', limit: 1 });
    const ask = (query: object) => approver.get('/api/audit').query(query);
    expectProblem(await ask({ sort: 'id', after: pagination.next }), 400);
    expectProblem(await ask({ sort: '-id', after: `x${String(pagination.next)}` }), 400);
    for (const after of ['', 'x', 'W10.', '..', 'W10.AAAAAAAAAAAAAAAAAAAAAA']) expectProblem(await ask({ after }), 400);
  });

  test('shows a scoped reader what is wholly theirs or nobody’s, and nothing about people', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const line = { planId: year.planId, months: everyMonth('1.00') };
    const scoped = await as('Approver', [mine.id]);
    const change = async (entityId: number) => {
      const service = await createService({ entityId }, line);
      await admin.patch(`/api/budgets/${service.id}?fy=FY26`).set('if-match', '"v1"').send({ owner: 'A' }).expect(200);
      return service.id;
    };
    const [own, foreign] = [await change(mine.id), await change(other.id)];
    const { data } = await list({ limit: 200 }, scoped);
    const about = (type: string) => data.filter(({ subjectType }: { subjectType: string }) => subjectType === type);
    expect(about('service').map(({ subjectId }: { subjectId: number }) => subjectId)).toEqual([own]);
    expect(about('tower').length).toBeGreaterThanOrEqual(6);
    expect(about('user')).toEqual([]);
    expect((await list({ subjectId: foreign, subjectType: 'service' }, scoped)).pagination.total).toBe(0);
    expect((await list({ subjectId: foreign, subjectType: 'service' })).pagination.total).toBe(1);
  });
});
