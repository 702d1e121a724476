import { describe, expect, test } from 'vitest';
import { everyMonth } from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { rowsOf } from '../../../test/harness/workbook-files.ts';
import { budgetStory, csv, deed, load, rejectionsOf, send, settled, versionOf } from '../../../test/stories/imports.ts';

/** Files as people make them: what is found in them, and why they are refused. */
const { editor, planned, monthsOf } = await budgetStory();

describe('the file', () => {
  test('has titles above its header, blank rows and headings within, and a total below', async () => {
    const [one, two] = [await planned('TITLE-1'), await planned('TITLE-2')];
    const file = csv(
      'Operating budget of the group,,,',
      '',
      'in INR,,',
      'Remark,FY26 Budget , uid,Colour',
      'Cloud,,,',
      'x,"12,00,000",TITLE-1,red',
      '',
      'y,₹ 1200.00,TITLE-2,blue',
      'Grand total,"12,01,200.50",,',
    );
    const checked = await load(editor, file, 'Budget.csv');
    expect(checked.state).toBe('checked');
    expect(checked.columns).toEqual([
      { column: 'A', header: 'Remark', field: null, use: 'unknown', title: null },
      { column: 'B', header: 'FY26 Budget', field: 'budget', use: 'taken', title: 'Budget FY26' },
      { column: 'C', header: 'uid', field: 'uid', use: 'taken', title: 'UID' },
      { column: 'D', header: 'Colour', field: null, use: 'unknown', title: null },
    ]);
    expect(checked.counts).toMatchObject({ changed: 1, unchanged: 1, rejected: 0 });
    expect(checked.notes.map(({ row, column, text }) => `${column}${row}: ${text}`)).toEqual([
      'null9: A total: it is not loaded',
      'B9: The total says 1201200.50; the rows above it add up to 1201200.00',
    ]);
    await deed(editor, checked, 'apply');
    expect(await monthsOf(one.id)).toEqual(everyMonth('100000.00'));
    expect(await monthsOf(two.id)).toEqual(everyMonth('100.00'));
  });

  test('names its year, or it is asked for', async () => {
    await planned('ASKS-1');
    const asking = await load(editor, csv('UID,Budget', 'ASKS-1,12'), 'Plan.csv');
    expect(asking).toMatchObject({ state: 'asking', asks: ['fy'] });
    await editor.patch(`/api/imports/${asking.id}`).set('if-match', versionOf(asking)).send({ fy: 'FY26' }).expect(200);
    expect(await settled(editor, asking.id)).toMatchObject({ state: 'checked', options: { fy: 'FY26' } });
    expect(await load(editor, csv('UID,FY77 Budget', 'ASKS-1,12'))).toMatchObject({
      state: 'failed',
      problem: 'There is no fiscal year FY77 here',
    });
  });

  test('has headers that nobody knows, which a person says', async () => {
    const one = await planned('MAP-1');
    const asking = await load(editor, csv('Ref,Apr-25,May-25,Jun-25', 'MAP-1,1,2,3'), 'Plan.csv');
    expect(asking).toMatchObject({ state: 'asking', asks: ['columns'] });
    await editor
      .patch(`/api/imports/${asking.id}`)
      .set('if-match', versionOf(asking))
      .send({ columns: { A: 'uid', D: null } })
      .expect(200);
    const checked = await settled(editor, asking.id);
    expect(checked.columns.map(({ use }) => use)).toEqual(['taken', 'taken', 'taken', 'left']);
    await deed(editor, checked, 'apply');
    expect((await monthsOf(one.id)).slice(0, 3)).toEqual(['1.00', '2.00', '100.00']);
  });

  test.each([
    ['UID,PR Number,PR Date,PO Number,PO Value\r\nX,1,2025-04-01,2,3\r\n', 'Procurement'],
    ['Currency,Effective date,Rate\r\nUSD,2025-04-01,83\r\n', 'Currency rates'],
  ])('%j is refused as %s', async (contents, kind) => {
    const refused = await load(editor, contents);
    expect(refused).toMatchObject({ state: 'failed', counts: null });
    expect(refused.problem).toContain(`"${kind}"`);
  });

  test('is no workbook', async () => {
    expect(await load(editor, '%PDF-1.7', 'Budget.xlsx')).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('This is a PDF'),
    });
    expectProblem(await send(editor, ''), 400);
  });
});

test('rejects what is wrong, cell by cell, and gives it back as a file', async () => {
  await planned('BAD-1');
  await planned('BAD-2', { retiredAt: new Date() });
  await planned('00123');
  const checked = await load(
    editor,
    csv(
      'UID,Apr,May,FY26 Budget',
      'BAD-1,n/a,2,',
      'NOBODY,1,2,',
      'BAD-2,1,2,',
      '123,1,2,',
      ',1,2,',
      'BAD-1,1,2,9',
      'BAD-1,=1+1,1.005,',
    ),
  );
  expect(await rejectionsOf(editor, checked)).toEqual([
    'B2: This is not an amount',
    'A3: There is no service with this UID',
    'A4: This service is retired and takes no changes; reinstate it first',
    'A5: There is no service 123; the zeros of 00123 are missing',
    'A6: This row has amounts and no UID',
    expect.stringContaining('A7: Row 2 names the same service with other amounts'),
    'B8: This is not an amount',
    'C8: This amount has more decimals than its currency',
  ]);
  const { body, headers } = await editor.get(`/api/imports/${checked.id}/rejected`).responseType('blob').expect(200);
  expect(headers['content-disposition']).toContain('Budget FY26 - rejected.xlsx');
  const [, first] = await rowsOf(body as Buffer);
  expect(first?.cells.map((cell) => cell?.text)).toEqual([
    '2',
    'BAD-1',
    'n/a',
    '2',
    undefined,
    'B: This is not an amount',
  ]);
  const apply = editor.post(`/api/imports/${checked.id}/apply`).set('if-match', versionOf(checked));
  expectProblem(await apply.send({}), 409);
});

test('the tracker that was taken away and is loaded as it is changes nothing, retired services or not', async () => {
  await planned('TRIP-1');
  await planned('TRIP-2', { retiredAt: new Date() });
  const columns = ['uid', 'service', ...Array.from({ length: 12 }, (_, index) => `m${index + 1}`), 'budget'].join();
  const query = { fy: 'FY26', 'uid.like': 'TRIP-', columns };
  const { body } = await editor.get('/api/budgets/file').query(query).responseType('blob').expect(200);
  const checked = await load(editor, body as Buffer, 'Tracker.xlsx');
  expect(checked).toMatchObject({ state: 'checked', kind: 'budget', options: { fy: 'FY26' } });
  expect(checked.counts).toMatchObject({ changed: 0, unchanged: 2, rejected: 0 });
  expect(checked.columns.map(({ use }) => use)).toEqual([
    'taken',
    'read',
    ...Array<string>(12).fill('taken'),
    'control',
  ]);
});

test('only so many files of one person wait', async () => {
  const person = await as('Editor');
  const file = (number: number) => csv('UID,FY26 Budget', `WAIT-${number},1`);
  const sent = [];
  for (let number = 1; number <= 30; number++) sent.push((await send(person, file(number)).expect(201)).body);
  expectProblem(await send(person, file(31)), 409);
  const { id } = sent[0] as { id: number };
  const checked = await settled(person, id);
  await person.post(`/api/imports/${id}/cancel`).set('if-match', versionOf(checked)).expect(200);
  await send(person, file(31)).expect(201);
});
