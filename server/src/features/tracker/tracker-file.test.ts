import { beforeAll, describe, expect, test } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { rowsOf } from '../../../test/harness/workbook-files.ts';

let year: Awaited<ReturnType<typeof createYear>>;
let viewer: Person;
beforeAll(async () => {
  year = await createYear('FY26');
  viewer = await as('Viewer');
});

const fileOf = (who: Person, query: object) =>
  who
    .get('/api/budgets/file')
    .query({ fy: 'FY26', ...query })
    .responseType('blob')
    .expect(200);

const text = (words: string) => ({ kind: 'text', text: words });

describe('the tracker as a file', () => {
  test('holds all that the filter finds, in the order and with the columns that were asked for', async () => {
    const uids: string[] = [];
    for (let number = 1; number <= 205; number++) {
      const service = { service: 'taken whole', endDate: new Date('2026-03-31') };
      const { uid } = await createService(service, {
        planId: year.planId,
        months: everyMonth(`${1000 + number}.25`),
      });
      uids.push(uid);
    }
    const { body, headers } = await fileOf(viewer, {
      ...{ q: 'taken whole', sort: '-budget', columns: 'uid,endDate,budget,m2,previousBudget' },
    });
    expect(headers['content-disposition']).toMatch(/^attachment; filename="Tracker FY26 \d{4}-\d\d-\d\d\.xlsx"$/);

    const rows = (await rowsOf(body as Buffer)).map(({ cells }) => cells);
    expect(rows[0]).toEqual(['UID', 'End date', 'FY26 Budget', 'May 2025', 'Previous budget'].map(text));
    expect(rows.slice(1).map((cells) => (cells[0] as { text: string }).text)).toEqual(uids.reverse());
    expect(rows[1]?.slice(1, 4)).toEqual([
      expect.objectContaining({ kind: 'date', date: '2026-03-31' }),
      expect.objectContaining({ kind: 'number', text: '14463.00' }),
      expect.objectContaining({ kind: 'number', text: '1205.25' }),
    ]);
  });

  test('as CSV runs nowhere, whatever a service is called', async () => {
    await createService({ uid: 'RUNS', service: '=HYPERLINK("http://x")', description: 'two\nlines, "quoted"' });
    const { body, headers } = await fileOf(viewer, {
      ...{ uid: 'RUNS', format: 'csv', columns: 'uid,service,description,budget' },
    });
    expect(headers['content-type']).toBe('text/csv; charset=utf-8');
    expect(String(body)).toBe(
      '\ufeffUID,Service,Description,FY26 Budget\r\n' +
        `RUNS,"'=HYPERLINK(""http://x"")","two\nlines, ""quoted""",0.00\r\n`,
    );
  });

  test('holds for who sees one entity its share and no more', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const key = await createKey([
      [mine.id, '1'],
      [other.id, '3'],
    ]);
    const months = { planId: year.planId, months: everyMonth('400.00') };
    const shared = { service: 'taken share', serviceType: 'Shared' as const, entityId: null, budgetKeyId: key.id };
    await createService({ ...shared, uid: 'SHARE' }, months);
    await createService({ service: 'taken share', uid: 'HIDDEN', entityId: other.id }, months);

    const query = { q: 'taken share', format: 'csv', columns: 'uid,budget,m1' };
    const { body } = await fileOf(await as('Viewer', [mine.id]), query);
    expect(String(body).split('\r\n').slice(1, -1)).toEqual(['SHARE,1200.00,100.00']);
    const whole = await fileOf(viewer, { ...query, sort: 'uid', entity: mine.id });
    expect(whole.body).toEqual(body);
  });

  test('has figures of a month where a month is asked for', async () => {
    const service = await createService({ uid: 'MONTH' }, { planId: year.planId, months: everyMonth('10.00') });
    const entity = await createEntity();
    await createActual({ serviceId: service.id, entityId: entity.id, fiscalYearId: year.id, months: ['7.50'] });
    const query = { uid: 'MONTH', horizon: '1', format: 'csv' };
    const { body } = await fileOf(viewer, { ...query, columns: 'monthBudget,monthActual,monthVariance' });
    expect(String(body)).toBe('\ufeffBudget Apr 2025,Actual Apr 2025,Variance Apr 2025\r\n10.00,7.50,2.50\r\n');
    const [titles] = String((await fileOf(viewer, query)).body).split('\r\n');
    expect(titles).toContain('Actual Apr 2025');
    expect(String((await fileOf(viewer, { ...query, horizon: 'year' })).body)).not.toContain('Actual Apr 2025');
  });

  test.each([
    { columns: 'uid,passwordHash' },
    { columns: 'uid,uid' },
    { format: 'xls' },
    { page: '2' },
    { fy: 'FY99' },
  ])('is refused in words: %j', async (query) => {
    const answer = await viewer.get('/api/budgets/file').query({ fy: 'FY26', ...query });
    expectProblem(answer, 'fy' in query ? 404 : 422);
  });
});
