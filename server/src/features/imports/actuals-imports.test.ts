import { expect, test } from 'vitest';
import { createKey, createEntity, createTower } from '../../../test/factories/index.ts';
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
  versionOf,
  choose,
} from '../../../test/stories/imports.ts';

/** What was spent, from a file into the figures, and out again. */
const { editor, year, planned } = await budgetStory();
const approver = await as('Approver');
const [north, south] = [await createEntity('Northwind'), await createEntity('South-East Retail')];

const actualOf = async (id: number): Promise<(string | null)[]> => {
  const { body } = await editor.get(`/api/services/${id}/months?fy=FY26`).expect(200);
  return (body as { months: { actual: string | null }[] }).months.map(({ actual }) => actual);
};
const listHeader = 'UID,Entity,Month,Amount,Invoice Number,Invoice Date,Currency,Remarks';

test('a list is read, checked and applied as its preview says, and undone, and applied again', async () => {
  const tower = await createTower();
  const one = await planned('LIST-1', { entityId: north.id, towerId: tower.id });
  const checked = await load(
    editor,
    csv(
      listHeader,
      'LIST-1,northwind,Apr-25,"1,000.00",INV-1,2025-04-05,INR,first',
      'LIST-1,Northwind,April 2025,500.50,INV-2,,,',
      'LIST-1,Northwind,2025-05,(20),CN-1,,,a credit note',
      'LIST-1,Northwind,P3,30,,,,',
    ),
    'Actuals FY26.csv',
  );
  expect(checked).toMatchObject({ state: 'checked', kind: 'actuals', counts: { changed: 4, rejected: 0 } });
  expect(checked.effects).toMatchObject([
    { measure: 'actual', towers: [{ id: tower.id, before: '0.00', after: '1510.50' }], entities: [{ id: north.id }] },
  ]);
  const told = (await rowsOf(editor, checked, 'changed')).map(({ cells }) =>
    cells.map(({ title, to }) => `${title}: ${to}`),
  );
  expect(told).toEqual([
    ['Apr 2025, Northwind; rows 2, 3: 1500.50'],
    ['Apr 2025, Northwind; added up in row 2: null'],
    ['May 2025, Northwind: -20.00'],
    ['Jun 2025, Northwind: 30.00'],
  ]);

  const applied = await deed(editor, checked, 'apply', { reason: 'The first quarter' });
  expect(applied).toMatchObject({ state: 'applied', problem: null });
  expect((await actualOf(one.id)).slice(0, 4)).toEqual(['1500.50', '-20.00', '30.00', null]);
  const { body } = await approver.get(`/api/services/${one.id}/history`).expect(200);
  expect((body as { data: { action: string; changes: object }[] }).data[0]).toMatchObject({
    action: 'service.actuals-changed',
    changes: { 'actuals.1.Northwind': { from: null, to: '1500.50' } },
  });
  const undone = await deed(editor, applied, 'undo');
  expect((await actualOf(one.id)).every((month) => month === null)).toBe(true);
  await deed(editor, undone, 'redo');
  expect((await actualOf(one.id))[0]).toBe('1500.50');
  expect(await brokenInvariants()).toEqual([]);
});

test('columns of months and entities: what numbers are is asked, and shown', async () => {
  const key = await createKey([
    [north.id, '3'],
    [south.id, '1'],
  ]);
  const shared = await planned('WIDE-1', { serviceType: 'Shared', budgetKeyId: key.id });
  const file = csv(
    'UID,04 - Northwind,04 – South-East Retail,05 - South-East Retail,FY26 Actuals',
    'WIDE-1,100,20,,121',
    'Total,100,20,,',
  );
  const asking = await load(editor, file, 'Actuals.csv');
  expect(asking).toMatchObject({ state: 'asking', asks: ['months'] });
  const checked = await choose(editor, asking, { months: 'calendar' });
  expect(checked.columns.map(({ title, use }) => `${title}: ${use}`)).toEqual([
    'UID: taken',
    'Apr 2025, Northwind: taken',
    'Apr 2025, South-East Retail: taken',
    'May 2025, South-East Retail: taken',
    'Actual of the year: control',
  ]);
  expect(checked.notes.map(({ text }) => text)).toContain(
    'The months add up to 120.00, and the year says 121.00; the months are loaded',
  );
  expect(checked.effects[0]?.entities).toMatchObject([{ name: 'Northwind' }, { name: 'South-East Retail' }]);
  const applied = await deed(editor, checked, 'apply');
  const net = await sql<{ entityId: number; actual: string }>(
    `SELECT entity_id AS "entityId", actual::numeric(20, 2)::text AS actual FROM service_entity_years WHERE service_id = $1 ORDER BY entity_id`,
    [shared.id],
  );
  expect(net).toEqual([
    { entityId: north.id, actual: '90.00' },
    { entityId: south.id, actual: '30.00' },
  ]);
  const fiscal = await choose(editor, await load(editor, `${file}\r\n`, 'Actuals.csv'), { months: 'fiscal' });
  expect(fiscal.columns[1]?.title).toBe('Jul 2025, Northwind');
  expect(await load(editor, csv('UID,13 - Northwind', 'WIDE-1,1'), 'FY26.csv')).toMatchObject({
    state: 'failed',
    problem: 'Column B says "13 - Northwind", and there is no such month',
  });
  await deed(editor, applied, 'undo');
});

test('a name that nobody knows is asked for: another one, a new one, or a mistake', async () => {
  const one = await planned('NAME-1', { entityId: north.id });
  const file = csv(listHeader, 'NAME-1,Nortwind,Apr-25,5,,,,', 'NAME-1,Terra Nova,May-25,6,,,,');
  const asking = await load(approver, file, 'Actuals FY26.csv');
  expect(asking).toMatchObject({ state: 'asking', asks: ['names'] });
  expect(asking.names).toMatchObject([
    { kind: 'entities', name: 'Nortwind', uses: 1, like: [{ id: north.id, name: 'Northwind' }], chosen: null },
    { kind: 'entities', name: 'Terra Nova', like: [], chosen: null },
  ]);
  expectProblem(
    await editor
      .patch(`/api/imports/${asking.id}`)
      .set('if-match', versionOf(asking))
      .send({ names: [{ kind: 'entities', name: 'Terra Nova', is: 'create' }] }),
    403,
  );
  const names = [
    { kind: 'entities', name: 'Nortwind', is: north.id },
    { kind: 'entities', name: 'Terra Nova', is: 'create' },
  ];
  const checked = await choose(approver, asking, { names });
  expect(checked).toMatchObject({ state: 'checked', counts: { changed: 2, rejected: 0 } });
  const applied = await deed(approver, checked, 'apply');
  expect(applied).toMatchObject({ state: 'applied' });
  expect((await actualOf(one.id)).slice(0, 2)).toEqual(['5.00', '6.00']);
  const undone = await deed(approver, applied, 'undo');
  expect((await actualOf(one.id)).slice(0, 2)).toEqual([null, null]);
  expect(undone.state).toBe('undone');
  const rejecting = await load(editor, csv(listHeader, 'NAME-1,Nobody,Apr-25,5,,,,'), 'Actuals FY26.csv');
  const rejected = await choose(editor, rejecting, { names: [{ kind: 'entities', name: 'Nobody', is: 'reject' }] });
  expect(await rejectionsOf(editor, rejected)).toEqual(['B2: There is no entity with this name']);
});

test('rejects what is wrong, and with it what would be added up with it', async () => {
  for (const uid of ['BAD-1', 'BAD-2', 'BAD-3', 'BAD-4']) await planned(uid, { entityId: north.id });
  await sql(`UPDATE periods SET state = 'CLOSED' WHERE number = 2 AND fiscal_year_id = $1`, [year.id]);
  try {
    const checked = await load(
      editor,
      csv(
        listHeader,
        'BAD-1,Northwind,Apr-25,n/a,,,,',
        'BAD-1,Northwind,Apr-25,5,,,,',
        'BAD-2,Northwind,May-25,5,,,,',
        'BAD-3,Northwind,Apr-26,5,,,,',
        'BAD-4,Northwind,Apr-25,5,,,USD,',
        'GHOST,Northwind,Apr-25,5,,,,',
        'BAD-4,,Apr-25,5,,,,',
      ),
      'Actuals FY26.csv',
    );
    expect(await rejectionsOf(editor, checked)).toEqual([
      'D2: This is not an amount',
      'A3: Row 2 of the same service is rejected, so what it spent is not known',
      'C4: May 2025 is closed; the actuals of a closed month cannot change',
      'C5: This is no month of FY26',
      'G6: There is no actual rate of USD on or before 2025-04-30',
      'A7: There is no service with this UID',
      'B8: This row has an amount and no entity',
    ]);
  } finally {
    await sql(`UPDATE periods SET state = 'OPEN' WHERE fiscal_year_id = $1`, [year.id]);
  }
});

test('amounts of another currency are converted at the rate of their day', async () => {
  const one = await planned('USD-1', { entityId: north.id });
  const { body: usd } = await approver.post('/api/currencies').send({ code: 'USD', name: 'US dollar' }).expect(201);
  await approver
    .post('/api/currency-rates')
    .send({
      set: 'ACTUAL',
      currencyId: (usd as { id: number }).id,
      effectiveDate: '2025-04-01',
      rate: '85.255',
      reason: 'The month',
    })
    .expect(201);
  const checked = await load(
    editor,
    csv(listHeader, 'USD-1,Northwind,Apr-25,100.10,,2025-04-09,usd,'),
    'Actuals FY26.csv',
  );
  expect((await rowsOf(editor, checked))[0]?.cells).toMatchObject([
    { title: 'Apr 2025, Northwind; USD 100.10 at 85.255', to: '8534.03' },
  ]);
  await deed(editor, checked, 'apply');
  expect((await actualOf(one.id))[0]).toBe('8534.03');
});

test('people of some entities load what is theirs alone', async () => {
  const [own] = [await planned('MINE-1', { entityId: south.id }), await planned('MINE-2', { entityId: north.id })];
  const scoped = await as('Editor', [south.id]);
  const file = csv(listHeader, 'MINE-1,South-East Retail,Apr-25,5,,,,', 'MINE-2,South-East Retail,Apr-25,5,,,,', 'MINE-1,Northwind,May-25,5,,,,'); // prettier-ignore
  const asking = await load(scoped, file, 'Actuals FY26.csv');
  expect(asking.names).toMatchObject([{ name: 'Northwind', like: [] }]);
  const checked = await choose(scoped, asking, { names: [{ kind: 'entities', name: 'Northwind', is: 'reject' }] });
  expect(await rejectionsOf(scoped, checked)).toEqual([
    'A2: Row 4 of the same service is rejected, so what it spent is not known',
    'A3: There is no service with this UID',
    'B4: There is no entity with this name',
  ]);
  const alone = await load(scoped, csv(listHeader, 'MINE-1,South-East Retail,Apr-25,5,,,,'), 'Actuals FY26.csv');
  await deed(scoped, alone, 'apply');
  expect((await actualOf(own.id))[0]).toBe('5.00');
});

test('what was loaded since is a conflict when it is undone', async () => {
  const one = await planned('TWICE-A', { entityId: north.id });
  const first = await deed(
    editor,
    await load(editor, csv(listHeader, 'TWICE-A,Northwind,Apr-25,5,,,,'), 'A FY26.csv'),
    'apply',
  );
  const stale = await load(editor, csv(listHeader, 'TWICE-A,Northwind,Apr-25,6,,,,'), 'B FY26.csv');
  await deed(editor, await load(editor, csv(listHeader, 'TWICE-A,Northwind,Apr-25,7,,,,'), 'C FY26.csv'), 'apply');
  expect(await deed(editor, stale, 'apply')).toMatchObject({
    state: 'checked',
    problem: expect.stringContaining('TWICE-A'),
  });
  const { body } = await editor.get(`/api/imports/${first.id}/conflicts`).expect(200);
  expect(body).toMatchObject({
    total: 1,
    data: [{ title: 'Apr 2025, Northwind', restored: null, loaded: '5.00', now: '7.00' }],
  });
  await deed(editor, first, 'undo', { conflicts: 'keep' });
  expect((await actualOf(one.id))[0]).toBe('7.00');
});
