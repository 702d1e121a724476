import { afterEach, describe, expect, test } from 'vitest';
import { createActual, createEntity, createKey, createUser } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { database } from '../../database/database.ts';
import { mergesStory } from '../../../test/stories/masters.ts';

const { year, approver, reason, merge, undo, lastMerge, planned, entriesAfter, lastEntry, named, facts } =
  await mergesStory();
/** After whatever was merged or undone every sum, share and link of the log is right. */
afterEach(async () => expect(await brokenInvariants()).toEqual([]));

describe('entities', () => {
  const months = (...amounts: (string | null)[]) => [
    ...amounts,
    ...Array.from({ length: 12 - amounts.length }, () => null),
  ];

  /** Two entities with everything that can hang on them. */
  async function company() {
    const [from, into, third] = [await createEntity(), await createEntity(), await createEntity()];
    const both = await createKey([
      [from.id, '30'],
      [into.id, '20'],
      [third.id, '50'],
    ]);
    const lone = await createKey([
      [from.id, '1'],
      [third.id, '3'],
    ]);
    const dedicated = await planned({ entityId: from.id }, '2.00');
    const shared = await planned({ serviceType: 'Shared', budgetKeyId: both.id, actualKeyId: lone.id }, '100.00');
    const fact = { serviceId: dedicated.id, fiscalYearId: year.id };
    await createActual({ ...fact, entityId: from.id, months: months('1.00', null, '3.05', null) });
    await createActual({ ...fact, entityId: into.id, months: months('10.00', '20.00', null, null) });
    await createActual({ ...fact, serviceId: shared.id, entityId: from.id, months: months('40.00') });
    return { from, into, third, both, lone, dedicated, shared };
  }

  test('come apart again to the paisa: services, actuals, drivers and what people see', async () => {
    const { from, into, both, lone, dedicated, shared } = await company();
    const people = [
      await createUser('Viewer', [from.id]),
      await createUser('Viewer', [into.id]),
      await createUser('Viewer', [from.id, into.id]),
    ] as const;
    const before = await facts();
    const entry = await lastEntry();
    await merge('entities', from, into).expect(200);

    const change = { from: named(from), to: named(into) };
    const entries = await entriesAfter(entry);
    expect(entries.map(({ action, subjectId }: { action: string; subjectId: number }) => [action, subjectId])).toEqual([
      ['master.merged', into.id],
      ['service.updated', dedicated.id],
      ['service.updated', dedicated.id],
      ['service.updated', shared.id],
      ['allocation-key.updated', both.id],
      ['allocation-key.updated', lone.id],
      ...people.map(({ id }) => ['user.updated', id]),
    ]);
    expect(entries.slice(1)).toMatchObject([
      { changes: { entityId: change } },
      { changes: { actualEntityId: change }, fy: 'FY26' },
      { changes: { actualEntityId: change }, fy: 'FY26' },
      { changes: { [`entity.${from.id}`]: { from: '30', to: null }, [`entity.${into.id}`]: { from: '20', to: '50' } } },
      { changes: { [`entity.${from.id}`]: { from: '1', to: null }, [`entity.${into.id}`]: { from: null, to: '1' } } },
      { changes: { entityIds: { from: [from.id], to: [into.id] }, merged: change } },
      { changes: { merged: change } },
      { changes: { entityIds: { from: [from.id, into.id], to: [into.id] }, merged: change } },
    ]);
    for (const { reason: why } of entries) expect(why).toBe(reason);

    await undo(await lastMerge()).expect(200);
    expect(await facts()).toEqual(before);
  });

  test('are not merged, nor parted, by a person who may not say what others see, where that changes what they see', async () => {
    const { from, into } = await company();
    const sees = await createUser('Viewer', [into.id]);
    const before = await facts();
    const { body } = await merge('entities', from, into, approver).expect(403);
    expect(body.detail).toBe(
      '1 person sees only one of these two entities and would then see both; this takes a person who may also change users',
    );
    expect(await facts()).toEqual(before);
    await database.userEntity.create({ data: { userId: sees.id, entityId: from.id } });
    await merge('entities', from, into, approver).expect(200);
    const id = await lastMerge();
    const later = await createUser('Viewer', [into.id]);
    expect((await undo(id, approver).expect(403)).body.detail).toContain('1 person sees both of these entities now');
    await database.userEntity.deleteMany({ where: { userId: later.id } });
    await undo(id, approver).expect(200);
  });

  test.each([
    ['actuals', `UPDATE actuals SET m01 = 99 WHERE service_id = $1`, /actuals of .* in FY26/],
    [
      'values of a key',
      `UPDATE allocation_drivers SET value = value + 1 WHERE entity_id = (SELECT entity_id FROM services WHERE id = $1)`,
      /values of .* from 2020-04-01/,
    ],
  ])('stay one once %s changed, which could be of either', async (_what, text, words) => {
    const { from, into, dedicated } = await company();
    await merge('entities', from, into).expect(200);
    await sql(text, [dedicated.id]);
    const before = await facts();
    expect((await undo(await lastMerge()).expect(409)).body.detail).toMatch(words);
    expect(await facts()).toEqual(before);
  });

  test('tell a reader of the one that stays nothing of what the other was', async () => {
    const { from, into, dedicated } = await company();
    const scoped = await as('Approver', [into.id]);
    await merge('entities', from, into).expect(200);
    for (const address of ['/api/audit?limit=200', `/api/services/${dedicated.id}/history`]) {
      const { text } = await scoped.get(address).expect(200);
      expect(text).not.toContain(from.name);
    }
    await scoped.get('/api/master-merges').expect(403);
  });
});
