import { expect, test } from 'vitest';
import { createEntity, createKey } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { sql } from '../../../test/harness/sql.ts';
import {
  budgetStory,
  csv,
  deed,
  load,
  rejectionsOf,
  rowsOf,
  settled,
  versionOf,
  choose,
} from '../../../test/stories/imports.ts';

/** How costs are shared, from the workbook of a finance department into keys, and out again. */
const { year, planned } = await budgetStory();
const approver = await as('Approver');
const [north, south] = [await createEntity('Northwind'), await createEntity('Southfield')];

type Key = {
  name: string;
  driverType: string;
  versions: { validFrom: string; drivers: { entity: string; value: string }[] }[];
};
const keyNamed = async (name: string) => {
  const { body } = await approver.get('/api/allocation-keys').expect(200);
  return (body as { data: Key[] }).data.find((key) => key.name === name);
};
const header = 'Vendor / Service,Basis of Allocation,Total Count,Northwind,Southfield';

test('keys are added and changed from a month on, undone, and applied again', async () => {
  const old = await createKey([
    [north.id, '1'],
    [south.id, '1'],
  ]);
  const [{ name } = { name: '' }] = await sql<{ name: string }>('SELECT name FROM allocation_keys WHERE id = $1', [
    old.id,
  ]);
  const shared = await planned('SHARED-1', { serviceType: 'Shared', budgetKeyId: old.id });
  const file = csv(header, 'Acme / Mail,Mailboxes,101,60.50,40', `${name.toUpperCase()},Heads,,3,1`);
  const asking = await load(approver, file, 'Allocation.csv');
  expect(asking).toMatchObject({ state: 'asking', kind: 'allocation-keys', asks: ['from'] });
  const checked = await choose(approver, asking, { from: '2025-07-01' });
  expect(checked).toMatchObject({ state: 'checked', counts: { added: 1, changed: 1, rejected: 0, missing: 0 } });
  expect(checked.notes.map(({ text }) => text)).toEqual([
    'The entities add up to 100.5, and the total says 101; it is shared by the entities',
    `${name} goes by Headcount here; that stays`,
  ]);
  expect(checked.effects).toMatchObject([
    {
      fy: 'FY26',
      measure: 'budget',
      total: { before: '1200.00', after: '1200.00' },
      entities: [
        { name: 'Northwind', before: '600.00', after: '825.00' },
        { name: 'Southfield', before: '600.00', after: '375.00' },
      ],
    },
  ]);
  const [changed] = await rowsOf(approver, checked, 'changed');
  expect(changed!.cells).toMatchObject([{ title: 'Northwind, from 2025-07-01', from: '1', to: '3' }]);

  const applied = await deed(approver, checked, 'apply', { reason: 'Counted in June' });
  expect(applied).toMatchObject({ state: 'applied', problem: null });
  expect(await keyNamed('Acme / Mail')).toMatchObject({
    driverType: 'Mailboxes',
    versions: [
      {
        validFrom: '2025-07-01',
        drivers: [
          { entity: 'Northwind', value: '60.5' },
          { entity: 'Southfield', value: '40' },
        ],
      },
    ],
  });
  const net = () =>
    sql<{ budget: string }>(
      `SELECT budget::numeric(20, 2)::text AS budget FROM service_entity_years WHERE service_id = $1 ORDER BY entity_id`,
      [shared.id],
    );
  expect(await net()).toEqual([{ budget: '825.00' }, { budget: '375.00' }]);
  const again = await choose(approver, await load(approver, `${file}\r\n`, 'Again.csv'), { from: '2025-07-01' });
  expect(again.counts).toMatchObject({ added: 0, changed: 0, unchanged: 2 });

  const undone = await deed(approver, applied, 'undo');
  expect(undone).toMatchObject({ state: 'undone', problem: null });
  expect(await keyNamed('Acme / Mail')).toBeUndefined();
  expect(await net()).toEqual([{ budget: '600.00' }, { budget: '600.00' }]);
  await deed(approver, undone, 'redo');
  expect((await keyNamed('Acme / Mail'))?.versions).toHaveLength(1);
  expect(await brokenInvariants()).toEqual([]);
});

test('a key that services use since is not taken back', async () => {
  const applied = await deed(
    approver,
    await choose(approver, await load(approver, csv(header, 'Used,Heads,,1,1'), 'Keys.csv'), { from: '2025-04-01' }),
    'apply',
  );
  const [{ id } = { id: 0 }] = await sql<{ id: number }>(`SELECT id FROM allocation_keys WHERE name = 'Used'`);
  await planned('USES-1', { serviceType: 'Shared', budgetKeyId: id });
  expect(await deed(approver, applied, 'undo')).toMatchObject({
    state: 'applied',
    problem: expect.stringContaining('Used has other values or services'),
  });
});

test('entities that nobody knows are asked for, and what is wrong is said by cell', async () => {
  await sql(`UPDATE periods SET state = 'CLOSED' WHERE number <= 2 AND fiscal_year_id = $1`, [year.id]);
  try {
    const file = csv(`${header},Terra Nova,Remarks`, 'One,Heads,,1,1,2,x', 'Two,Heads,,0,0,,', 'Three,,,1,1,,', 'Four,Heads,,-1,1,,', 'four,Heads,,2,1,,', ',Heads,,2,1,,'); // prettier-ignore
    const asking = await load(approver, file, 'Keys.csv');
    expect(asking.asks.toSorted()).toEqual(['from', 'names']);
    const names = [{ kind: 'entities', name: 'Terra Nova', is: 'create' }];
    const early = await choose(approver, asking, { from: '2025-05-01', names });
    expect(await rejectionsOf(approver, early)).toEqual(
      expect.arrayContaining([expect.stringContaining('A2: May 2025 is closed')]),
    );
    const checked = await choose(approver, early, { from: '2025-06-01' });
    expect(await rejectionsOf(approver, checked)).toEqual([
      'A3: Nobody has a value, so there is nothing to share by',
      'B4: Say by what is shared, in up to 60 characters',
      'D5: This cannot be below zero',
      'A6: Row 5 names the same key',
      'A7: This row has values and no key',
    ]);
    await deed(approver, checked, 'apply');
    expect((await keyNamed('One'))?.versions[0]?.drivers).toHaveLength(3);
  } finally {
    await sql(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = $1`, [year.id]);
  }
});

test('keys are kept by those who keep them', async () => {
  const editor = await as('Editor');
  const asking = await load(editor, csv(header, 'Mine,Heads,,1,1'), 'Keys.csv');
  await editor
    .patch(`/api/imports/${asking.id}`)
    .set('if-match', versionOf(asking))
    .send({ from: '2025-06-01' })
    .expect(200);
  const checked = await settled(editor, asking.id);
  expectProblem(
    await editor.post(`/api/imports/${checked.id}/apply`).set('if-match', versionOf(checked)).send({}),
    403,
  );
});
