import { beforeAll, describe, expect, test } from 'vitest';
import { createEntity, createKey, createPlanned, createVendor, createYear } from './factories/index.ts';
import { as, type Person } from './harness/as.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let approver: Person;
beforeAll(async () => {
  year = await createYear('FY26');
  await createYear('FY25');
  approver = await as('Approver');
});

const read = (path: string, tag = '', who = approver) => who.get(path).set('if-none-match', tag);
const tagOf = async (path: string, who?: Person) => (await read(path, '', who).expect(200)).headers['etag']!;
const planned = (overrides = {}) => createPlanned(year, overrides);
const write = (path: string, body: object, method: 'post' | 'patch' = 'post') =>
  approver[method](path).set('if-match', '"v1"').send(body);

describe('the tag of a single record', () => {
  test('is that of the answer: the same answer is not sent twice', async () => {
    const { id } = await planned();
    const tag = await tagOf(`/api/services/${id}`);
    expect(tag).toMatch(/^"v1-[\w-]{27}"$/);
    expect((await read(`/api/services/${id}`, tag).expect(304)).headers['etag']).toBe(tag);
    await read(`/api/services/${id}`, `"v9-x", W/${tag}`).expect(304);
  });

  test('changes with a remark, which is no version of the service', async () => {
    const { id } = await planned();
    const tag = await tagOf(`/api/services/${id}`);
    await write(`/api/services/${id}/remarks`, { text: 'Renewed by phone' }).expect(201);
    const { body } = await read(`/api/services/${id}`, tag).expect(200);
    expect(body).toMatchObject({ version: 1, remark: 'Renewed by phone' });
  });

  test('changes with the name of a master', async () => {
    const vendor = await createVendor();
    const { id } = await planned({ vendorId: vendor.id });
    const tag = await tagOf(`/api/budgets/${id}?fy=FY26`);
    await write(`/api/vendors/${vendor.id}`, { name: 'Renamed vendor' }, 'patch').expect(200);
    const { body } = await read(`/api/budgets/${id}?fy=FY26`, tag).expect(200);
    expect(body).toMatchObject({ version: 1, vendor: 'Renamed vendor' });
  });

  test('changes with the use of a master', async () => {
    const vendor = await createVendor();
    const tag = await tagOf(`/api/vendors/${vendor.id}`);
    await planned({ vendorId: vendor.id });
    expect((await read(`/api/vendors/${vendor.id}`, tag).expect(200)).body).toMatchObject({ version: 1, usedBy: 1 });
  });

  test('changes with the values of a key', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([[mine.id, '1'], [other.id, '1']]); // prettier-ignore
    const { id } = await planned({ serviceType: 'Shared', budgetKeyId: key.id });
    const part = await as('Viewer', [mine.id]);
    const tag = await tagOf(`/api/budgets/${id}?fy=FY26`, part);
    const drivers = [{ entityId: mine.id, value: '1' }, { entityId: other.id, value: '3' }]; // prettier-ignore
    await write(`/api/allocation-keys/${key.id}/versions`, {
      validFrom: '2025-04-01',
      drivers,
      reason: 'Counted again',
    }).expect(201);
    const { body } = await read(`/api/budgets/${id}?fy=FY26`, tag, part).expect(200);
    expect(body).toMatchObject({ version: 1, budget: '3.00' });
  });

  test('is another one in another year, and for another reader', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([[mine.id, '1'], [other.id, '1']]); // prettier-ignore
    const { id } = await planned({ serviceType: 'Shared', budgetKeyId: key.id });
    const tag = await tagOf(`/api/budgets/${id}?fy=FY26`);
    expect((await read(`/api/budgets/${id}?fy=FY25`, tag).expect(200)).body).toMatchObject({ budget: '0.00' });
    const months = await tagOf(`/api/services/${id}/months?fy=FY26`);
    await read(`/api/services/${id}/months?fy=FY25`, months).expect(200);
    const part = await as('Viewer', [mine.id]);
    expect((await read(`/api/budgets/${id}?fy=FY26`, tag, part).expect(200)).body).toMatchObject({ budget: '6.00' });
  });

  test('may be sent back as it came, or as the version alone, to say what is changed', async () => {
    const { id } = await planned();
    const path = `/api/budgets/${id}?fy=FY26`;
    const change = (match: string, owner: string) => approver.patch(path).set('if-match', match).send({ owner });
    const first = await tagOf(path);
    await write(`/api/services/${id}/remarks`, { text: 'No version of its own' }).expect(201);
    expect((await change(first, 'By the tag').expect(200)).headers['etag']).toBe('"v2"');
    await change('"v2"', 'By the version').expect(200);
    expect((await change(first, 'Too late').expect(412)).headers['etag']).toBe('"v3"');
    for (const tag of ['"v3-"', '"v3-a b"', '"v-x"', '"v3"x', `W/${first}`, `"v3-${'x'.repeat(65)}"`])
      await change(tag, 'Never').expect(400);
  });
});

test('a list that was not changed is not sent again, whatever else the reader would take', async () => {
  const tag = await tagOf('/api/towers');
  await read('/api/towers', `"other", ${tag}`).expect(304);
  await read('/api/towers', `W/${tag}`).expect(304);
  await read('/api/towers', '"other"').expect(200);
});
