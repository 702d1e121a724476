import type { ImportRecord } from '@opex/contracts/imports';
import { expect, test } from 'vitest';
import { createEntity, createKey, createTower, createVendor } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { sql } from '../../../test/harness/sql.ts';
import { budgetStory, csv, deed, load, rejectionsOf, rowsOf, choose } from '../../../test/stories/imports.ts';

/** The tracker of a finance department: services that are there change, others are added, and out again. */
const { editor, year, planned } = await budgetStory();
const approver = await as('Approver');

const createAll = ({ names }: ImportRecord) => names.map(({ kind, name }) => ({ kind, name, is: 'create' }));
const serviceNamed = async (uid: string) => {
  const { body } = await approver.get('/api/budgets').query({ fy: 'FY26', 'uid.like': uid }).expect(200);
  return (body as { data: Record<string, unknown>[] }).data[0];
};
const header =
  'UID,Parent UID,Vendor,Vendor Service,Service,Service Description,Contract,Service Start Date,Service End Date,Budget Head,Tower,Priority,Initiative Type,Service Type,Remarks,Entity,Basis of Allocation,FY26 Budget,FY26 Actuals,04 - Alpha Works,04 - Beta-Line';

test('a company that begins: names are created, services added with budget and actuals, undone, and applied again', async () => {
  const key = await createKey([
    [(await createEntity()).id, '1'],
    [(await createEntity()).id, '3'],
  ]);
  const [{ name: keyName } = { name: '' }] = await sql<{ name: string }>(
    'SELECT name FROM allocation_keys WHERE id = $1',
    [key.id],
  );
  const file = csv(
    'Operating budget,,,',
    header,
    'NEW-1,,Acme,Gold support,Hosting,Racks,C-9,2025-04-01,2026-03-31,Run,Cloud,High,New,Dedicated,From the board,Acme Buying,,"12,00,000","1,000",1000,',
    `NEW-2,NEW-1,Acme,,Mail,,,,,Run,Cloud,,,shared,,,${keyName},2400,,,50`,
    'NEW-3,,Acme,,Nobody yet,,,,,,,,,Shared,,,By heads,100,,,',
    'Total,,,,,,,,,,,,,,,,,1202500,,1000,50',
  );
  const asking = await load(approver, file, 'Tracker.csv');
  expect(asking).toMatchObject({ state: 'asking', kind: 'tracker', asks: ['months', 'names'] });
  expect(asking.names.map(({ kind, name }) => `${kind}: ${name}`)).toEqual(
    expect.arrayContaining([
      'entities: Alpha Works',
      'vendors: Acme',
      'towers: Cloud',
      'budget-heads: Run',
      'po-entities: Acme Buying',
    ]),
  );
  const checked = await choose(approver, asking, { months: 'calendar', names: createAll(asking) });
  expect(checked).toMatchObject({ state: 'checked', counts: { added: 3, changed: 0, rejected: 0 } });
  expect(checked.effects).toMatchObject([
    {
      measure: 'budget',
      total: { before: '0.00', after: '1202500.00' },
      towers: [{ name: 'Cloud' }, { name: 'No tower' }],
    },
    { measure: 'actual', total: { before: '0.00', after: '1050.00' } },
  ]);
  expect(checked.notes.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'NEW-1 is taken to belong to Alpha Works, which alone spends on it',
      'NEW-3 is shared and there is no allocation key "By heads", so its cost falls on nobody yet',
    ]),
  );
  const [first] = await rowsOf(approver, checked, 'added');
  expect(first!.cells.map(({ title, to }) => `${title}: ${to}`)).toEqual(
    expect.arrayContaining([
      'Vendor: Acme',
      'Start date: 2025-04-01',
      'Entity: Alpha Works',
      'Budget FY26: 1200000.00',
      'Apr 2025, Alpha Works: 1000.00',
      'Remark: From the board',
    ]),
  );

  const applied = await deed(approver, checked, 'apply', { reason: 'The beginning' });
  expect(applied).toMatchObject({ state: 'applied', problem: null });
  expect(await serviceNamed('NEW-1')).toMatchObject({
    vendor: 'Acme',
    tower: 'Cloud',
    budget: '1200000.00',
    actual: '1000.00',
    remark: 'From the board',
    startDate: '2025-04-01',
    poEntity: 'Acme Buying',
  });
  expect(await serviceNamed('NEW-2')).toMatchObject({
    parentUid: 'NEW-1',
    serviceType: 'Shared',
    budget: '2400.00',
    actual: '50.00',
  });
  const sums = await sql<{ budget: string }>(
    `SELECT sum(budget)::numeric(20,2)::text AS budget FROM service_entity_years`,
  );
  expect(sums[0]!.budget).toBe(checked.effects[0]!.total.after);

  const undone = await deed(approver, applied, 'undo');
  expect(undone).toMatchObject({ state: 'undone', problem: null });
  expect(await serviceNamed('NEW-1')).toBeUndefined();
  expect(await brokenInvariants()).toEqual([]);
  expect(await sql('SELECT FROM service_entity_years')).toEqual([]);
  await deed(approver, undone, 'redo');
  expect(await serviceNamed('NEW-2')).toMatchObject({ parentUid: 'NEW-1', budget: '2400.00' });
  expect(await brokenInvariants()).toEqual([]);

  const again = await load(approver, `${file}\r\n`, 'Another.csv');
  expect(again.notes[0]?.text).toBe('Columns are taken for what they were in Tracker.csv');
  expect(again).toMatchObject({ state: 'checked', counts: { added: 0, changed: 0, unchanged: 3, rejected: 0 } });
});

test('services that are there: what the file says is changed, what it leaves blank stays, CLEAR empties', async () => {
  const [tower, other, vendor, entity] = [
    await createTower(),
    await createTower(),
    await createVendor(),
    await createEntity(),
  ];
  const one = await planned('HAVE-1', {
    towerId: tower.id,
    vendorId: vendor.id,
    entityId: entity.id,
    owner: 'Asha',
    priority: 'Low',
  });
  const [{ name: otherName } = { name: '' }] = await sql<{ name: string }>('SELECT name FROM towers WHERE id = $1', [
    other.id,
  ]);
  const checked = await load(
    editor,
    csv('UID,Tower,Vendor,Owner,Priority,FY26 Budget', `have-1,${otherName.toUpperCase()},,CLEAR,High,1200`),
  );
  expect(checked).toMatchObject({ kind: 'tracker', counts: { changed: 1 } });
  expect((await rowsOf(editor, checked))[0]!.cells).toEqual([
    { column: 'B', title: 'Tower', from: tower.name, to: otherName, isText: true },
    { column: 'E', title: 'Priority', from: 'Low', to: 'High', isText: true },
    { column: 'D', title: 'Owner', from: 'Asha', to: null, isText: true },
  ]);
  expect(checked.effects).toMatchObject([
    {
      measure: 'budget',
      total: { before: expect.any(String) as string },
      towers: expect.arrayContaining([
        expect.objectContaining({ id: other.id, before: '0.00', after: '1200.00' }),
        expect.objectContaining({ id: tower.id, after: '0.00' }),
      ]) as object[],
    },
  ]);
  const applied = await deed(editor, checked, 'apply');
  expect(await serviceNamed('HAVE-1')).toMatchObject({
    tower: otherName,
    owner: '',
    priority: 'High',
    vendor: vendor.name,
  });
  await editor
    .patch(`/api/budgets/${one.id}?fy=FY26`)
    .set('if-match', '"v2"')
    .send({ priority: 'Highest' })
    .expect(200);
  const { body } = await editor.get(`/api/imports/${applied.id}/conflicts`).expect(200);
  expect(body).toMatchObject({
    total: 1,
    data: [{ title: 'Priority', restored: 'Low', loaded: 'High', now: 'Highest' }],
  });
  await deed(editor, applied, 'undo', { conflicts: 'keep' });
  expect(await serviceNamed('HAVE-1')).toMatchObject({ tower: tower.name, owner: 'Asha', priority: 'Highest' });
});

test('an owner that changes counts from the first open month, in the preview as in the figures', async () => {
  const [from, to] = [await createEntity('From House'), await createEntity('To House')];
  await planned('MOVE-1', { entityId: from.id });
  await sql(`UPDATE periods SET state = 'CLOSED' WHERE number <= 3 AND fiscal_year_id = $1`, [year.id]);
  try {
    const checked = await load(editor, csv('UID,PO Entity,Entity,Tower', 'MOVE-1,,to house,'), 'Tracker FY26.csv');
    expect(checked.effects).toMatchObject([
      {
        measure: 'budget',
        entities: [
          { name: 'From House', before: '1200.00', after: '300.00' },
          { name: 'To House', before: '0.00', after: '900.00' },
        ],
      },
    ]);
    await deed(editor, checked, 'apply');
    const net = await sql<{ id: number; budget: string }>(
      `SELECT n.entity_id AS id, budget::numeric(20, 2)::text AS budget FROM service_entity_years n JOIN services s ON s.id = n.service_id WHERE s.uid = 'MOVE-1' ORDER BY n.entity_id`,
    );
    expect(net).toEqual([
      { id: from.id, budget: '300.00' },
      { id: to.id, budget: '900.00' },
    ]);
  } finally {
    await sql(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = $1`, [year.id]);
  }
});

test('rows of one service must not contradict each other, and what is wrong is said by cell', async () => {
  await planned('WRONG-1');
  await planned('WRONG-2', { retiredAt: new Date() });
  const checked = await load(
    editor,
    csv(
      'UID,Tower,Service Type,Service Start Date,Priority,FY26 Budget',
      'WRONG-1,,,,High,',
      'WRONG-1,,,,Low,',
      'WRONG-2,,,,High,',
      'WRONG-3,,Halved,,,',
      'WRONG-4,,,31-02-2025,,',
      'WRONG-5,,,03/04/2025,,',
      `WRONG-6,,,,${'x'.repeat(41)},`,
      ',,,,High,5',
    ),
    'Tracker.csv',
  );
  expect(await rejectionsOf(editor, checked)).toEqual([
    'E2: Row 3 says something else of the same service',
    'E3: Row 2 says something else of the same service',
    'A4: This service is retired and takes no changes; reinstate it first',
    'C5: Say Shared or Dedicated',
    'D6: This day does not exist in the calendar',
    'D7: This date can be read in two ways: say whether the day or the month comes first',
    expect.stringContaining('E8: '),
    'A9: This row has no UID',
  ]);
  const said = await choose(editor, checked, { days: 'day-first' });
  expect(await rejectionsOf(editor, said)).toHaveLength(7);
  expect((await rowsOf(editor, said, 'added'))[0]!.cells).toMatchObject([{ title: 'Start date', to: '2025-04-03' }]);
});

test('people of some entities add what is theirs, and Viewers nothing', async () => {
  const mine = await createEntity('Own House');
  const scoped = await as('Editor', [mine.id]);
  const checked = await load(scoped, csv('UID,PO Entity,Entity,FY26 Budget', 'OWN-1,,Own House,1200', 'OWN-2,,,1200'));
  expect(await rejectionsOf(scoped, checked)).toEqual(['C3: Say one of your own entities']);
  const applied = await deed(scoped, checked, 'apply');
  expect(applied.state).toBe('applied');
  expect(await serviceNamed('OWN-1')).toMatchObject({ budget: '1200.00' });
});

test('a service that others worked on since is not taken back', async () => {
  const applied = await deed(
    editor,
    await load(editor, csv('UID,Service,Contract,Remarks,FY26 Budget', 'KEEP-1,Hosting,C-1,From the file,1200')),
    'apply',
  );
  const service = (await serviceNamed('KEEP-1')) as { id: number };
  // Also of the same person.
  await editor.post(`/api/services/${service.id}/remarks`).send({ text: 'We need this' }).expect(201);
  const refused = await deed(editor, applied, 'undo');
  expect(refused).toMatchObject({ state: 'applied', problem: expect.stringContaining('KEEP-1 came with this file') });
  expect(await serviceNamed('KEEP-1')).toMatchObject({ budget: '1200.00' });
});
