import type { Endpoint } from '@opex/contracts/endpoint';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createEntity, createService, createUser } from '../../../test/factories/index.ts';
import { as, asUser, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import { database } from '../../database/database.ts';
import { served } from '../../http/serve.ts';
import { servicesStory } from '../../../test/stories/services.ts';

const { editor, planned, read, historyOf: entriesOf, create, act, edit } = await servicesStory({ reportedThrough: 3 });

describe('an Idempotency-Key', () => {
  test('makes a repeat answer like the first, with nothing done again', async () => {
    const body = { uid: 'ONCE-1', budget: '12.00', fy: 'FY26' };
    const first = await create(body, editor, 'once-1').expect(201);
    const again = await create(body, editor, 'once-1').expect(201);
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await entriesOf(first.body.id)).toHaveLength(1);
    await create(body, editor, 'once-2').expect(409); // another key is another wish
  });

  test('gives the very bytes of the first answer again, whatever has happened since', async () => {
    const body = { uid: 'ONCE-6', service: 'As it was', budget: '12.00', fy: 'FY26' };
    const first = await create(body, editor, 'bytes').expect(201);
    const { id } = first.body as { id: number };
    await edit(id, 1, { service: 'Changed since', budget: '24.00' }).expect(200);
    await create({ uid: 'ONCE-6-child', parentUid: 'ONCE-6' }).expect(201);
    const again = await create(body, editor, 'bytes').expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['etag']).toBe(first.headers['etag']);

    const remark = () =>
      editor
        .post(`/api/services/${id}/remarks`)
        .set({ 'idempotency-key': 'bytes-of-a-remark' })
        .send({ text: 'Once' })
        .expect(201);
    expect((await remark()).text).toBe((await remark()).text);
  });

  test('is kept with what was answered: its status, and nothing secret', async () => {
    const stored = await database.idempotencyKey.findFirstOrThrow({ where: { key: 'once-1' } });
    expect(stored).toMatchObject({ status: 201, body: { uid: 'ONCE-1' } });
    await database.idempotencyKey.updateMany({ where: { key: 'once-1' }, data: { status: 200 } });
    await create({ uid: 'ONCE-1', budget: '12.00', fy: 'FY26' }, editor, 'once-1').expect(200);
    const secrets = /temporaryPassword|csrfToken|"key"/;
    const holdsSecret = ({ answer }: Endpoint) => answer && secrets.test(JSON.stringify(z.toJSONSchema(answer)));
    expect(served.filter(holdsSecret)).not.toEqual([]);
    expect(served.filter((endpoint) => endpoint.idempotent && holdsSecret(endpoint))).toEqual([]);
  });

  test('stands for one body, and for one person', async () => {
    await create({ uid: 'ONCE-2' }, editor, 'same').expect(201);
    await create({ uid: 'ONCE-3' }, editor, 'same').expect(422);
    expect(await database.service.count({ where: { uid: 'ONCE-3' } })).toBe(0);
    await create({ uid: 'ONCE-3' }, await as('Editor'), 'same').expect(201);
  });

  test('repeats nothing to a person who sees other entities now, and does nothing again', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const user = await createUser('Editor', [mine.id]);
    const before = await asUser(user.id);
    const { id } = await createService({ entityId: mine.id });
    const remark = (who: Person) =>
      who.post(`/api/services/${id}/remarks`).set({ 'idempotency-key': 'once-7' }).send({ text: 'It cost 98765' });
    await remark(before).expect(201);
    expect((await remark(before).expect(201)).headers['idempotency-replayed']).toBe('true');
    await sql('UPDATE user_entities SET entity_id = $2 WHERE user_id = $1', [user.id, other.id]);
    const repeated = await remark(await asUser(user.id));
    expect(repeated.text).not.toContain('98765');
    expect(expectProblem(repeated, 422).detail).toContain('before the entities that you see were changed');
    expect(await entriesOf(id)).toHaveLength(1);
  });

  test('is not used up by a refusal', async () => {
    const holder = await createService({ uid: 'ONCE-4' });
    await create({ uid: 'ONCE-4' }, editor, 'refused').expect(409);
    await database.service.update({ where: { id: holder.id }, data: { uid: 'ONCE-4-old' } });
    const { headers } = await create({ uid: 'ONCE-4' }, editor, 'refused').expect(201);
    expect(headers).not.toHaveProperty('idempotency-replayed');
  });

  test.each([['x'.repeat(256)], ['with blank']])('refuses the key %j', async (key) => {
    await create({ uid: 'ONCE-5' }, editor, key).expect(400);
  });

  test('sent twenty times at once has one effect', async () => {
    const { id } = await createService();
    const send = () =>
      editor.post(`/api/services/${id}/remarks`).set({ 'idempotency-key': 'twenty' }).send({ text: 'Once' });
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(answers.filter(({ status, headers }) => status === 201 && !headers['idempotency-replayed'])).toHaveLength(1);
    for (const busy of answers.filter(({ status }) => status === 409)) expect(busy.headers['retry-after']).toBe('1');
    expect((await send().expect(201)).headers['idempotency-replayed']).toBe('true');
    expect((await read(`${id}/remarks`)).pagination.total).toBe(1);
    expect(await entriesOf(id)).toHaveLength(1);
  });
});

describe('a change and its entry', () => {
  test('are kept together or not at all', async () => {
    const { id } = await planned('1.00', { owner: 'Asha' });
    // The log refuses this one entry, as a full disk would.
    await sql(`ALTER TABLE audit_entries ADD CONSTRAINT full_disk CHECK (reason <> 'disk full') NOT VALID`);
    try {
      const body = { owner: 'Ravi', budget: '120.00', reason: 'disk full' };
      expect((await edit(id, 1, body)).status).toBeGreaterThanOrEqual(400);
      await act(`${id}/retire`, 1, { reason: 'disk full' }).expect(422);
      expect((await create({ uid: 'NO-ENTRY', reason: 'disk full' }, editor, 'no-entry')).status).toBe(422);
    } finally {
      await sql('ALTER TABLE audit_entries DROP CONSTRAINT full_disk');
    }
    expect(await read(String(id))).toMatchObject({ owner: 'Asha', version: 1, status: 'Active' });
    expect((await read(`${id}/months?fy=FY26`)).months[0].budget).toBe('1.00');
    expect(await database.service.count({ where: { uid: 'NO-ENTRY' } })).toBe(0);
    expect(await database.idempotencyKey.count({ where: { key: 'no-entry' } })).toBe(0);
  });
});
