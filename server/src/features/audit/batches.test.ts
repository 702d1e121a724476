import type { AuditBatch, AuditEntry } from '@opex/contracts/audit';
import { beforeAll, expect, test } from 'vitest';
import { createEntity, createService, createYear, everyMonth } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';

let editor: Person;
let approver: Person;
let year: Awaited<ReturnType<typeof createYear>>;

beforeAll(async () => {
  year = await createYear('FY26');
  editor = await as('Editor');
  approver = await as('Approver');
});

const batches = async (query: object = {}, who = approver): Promise<{ data: AuditBatch[]; total: number }> => {
  const { body } = await who.get('/api/audit/batches').query(query).expect(200);
  return { data: body.data, total: body.pagination.total };
};
const planned = (uid: string, entityId?: number) =>
  createService({ uid, ...(entityId && { entityId }) }, { planId: year.planId, months: everyMonth('1.00') });

async function changeTogether(services: { id: number }[], owner: string, version = 1) {
  const changes = services.map(({ id }) => ({ id, version, owner, months: { 1: `${100 + version}.00` } }));
  await editor
    .patch('/api/budgets?fy=FY26')
    .send({ reason: `For ${owner}`, changes })
    .expect(200);
}

test('many services changed at once are one batch, between changes that stand alone', async () => {
  const [one, two, three] = [await planned('BAT-1'), await planned('BAT-2'), await planned('BAT-3')];
  const before = (await batches()).total;
  await changeTogether([one], 'Asha');
  await changeTogether([one, two, three].slice(1), 'Ravi');
  await approver.post('/api/towers').send({ name: 'A tower' }).expect(201);

  const { data, total } = await batches();
  expect(total).toBe(before + 3);
  expect(data.slice(0, 3).map(({ parts }) => parts)).toEqual([
    [{ action: 'master.created', subjectType: 'tower', subject: 'A tower', count: 1 }],
    [{ action: 'service.updated', subjectType: 'service', subject: 'BAT-2', count: 2 }],
    [{ action: 'service.updated', subjectType: 'service', subject: 'BAT-1', count: 1 }],
  ]);
  expect(data[1]).toMatchObject({ reason: 'For Ravi', fy: 'FY26', requestId: expect.any(String) });

  const { body } = await approver.get('/api/audit').query({ requestId: data[1]!.requestId, sort: 'id' }).expect(200);
  expect(body.data.map(({ subject }: AuditEntry) => subject)).toEqual(['BAT-2', 'BAT-3']);
});

test('a batch is found by any of its entries, once, and tells of all', async () => {
  const services = [await planned('SOUGHT-1'), await planned('SOUGHT-2'), await planned('SOUGHT-3')];
  await changeTogether(services, 'Meera');
  for (const query of [{ q: 'sought-2' }, { q: 'sought' }, { subjectId: services[0]!.id }, { id: '1', 'id.ne': '1' }]) {
    const { data, total } = await batches(query);
    const isNothing = 'id' in query;
    expect({ query, total }).toEqual({ query, total: isNothing ? 0 : 1 });
    if (!isNothing) expect(data[0]!.parts).toMatchObject([{ subject: 'SOUGHT-1', count: 3 }]);
  }
});

test('pages follow each other, by number and by cursor', async () => {
  const services = [await planned('PAGE-1'), await planned('PAGE-2')];
  for (const version of [1, 2, 3]) await changeTogether(services, `Page ${version}`, version);
  const ask = async (query: object) =>
    (
      await approver
        .get('/api/audit/batches')
        .query({ q: 'Page ', limit: 1, ...query })
        .expect(200)
    ).body;
  const first = await ask({});
  const second = await ask({ after: first.pagination.next });
  expect([first.data[0].reason, second.data[0].reason]).toEqual(['For Page 3', 'For Page 2']);
  expect((await ask({ page: 2 })).data).toEqual(second.data);
  expect(first.pagination).toMatchObject({ total: 3, pages: 3 });
});

test('a reader of one entity sees of a batch what is theirs', async () => {
  const [mine, other] = [await createEntity(), await createEntity()];
  const services = [await planned('OWN-1', mine.id), await planned('OWN-2', other.id), await planned('OWN-3', mine.id)];
  await changeTogether(services, 'Zainab');
  const { data } = await batches({ q: 'Zainab' }, await as('Approver', [mine.id]));
  expect(data.map(({ parts }) => parts)).toMatchObject([[{ subject: 'OWN-1', count: 2 }]]);
  expect(await batches({ q: 'own-2' }, await as('Approver', [mine.id]))).toEqual({ data: [], total: 0 });
});
