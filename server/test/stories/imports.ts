import type { ImportRecord, ImportRow } from '@opex/contracts/imports';
import { queueOf } from '../../src/features/jobs/queue.service.ts';
import { kinds } from '../../src/jobs.ts';
import { createService, createYear, everyMonth } from '../factories/index.ts';
import { as, type Person } from '../harness/as.ts';

const queue = queueOf({ 'import-check': kinds['import-check'], 'import-write': kinds['import-write'] });
const onTheWay = ['reading', 'checking', 'applying', 'undoing'];

export const versionOf = ({ version }: { version: number }) => `"v${version}"`;

/** The import once nothing is on its way any more; its jobs run in this process. */
export async function settled(person: Person, id: number): Promise<ImportRecord> {
  for (let tries = 0; tries < 600; tries++) {
    await queue.repeat?.work();
    const { body } = await person.get(`/api/imports/${id}`).expect(200);
    if (!onTheWay.includes((body as ImportRecord).state)) return body as ImportRecord;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('The import is still on its way');
}

export const send = (person: Person, contents: string | Buffer, name = 'Budget FY26.csv') =>
  person
    .post('/api/imports')
    .query({ name })
    .type('application/octet-stream')
    .send(Buffer.from(contents as string));

export async function load(person: Person, contents: string | Buffer, name?: string): Promise<ImportRecord> {
  const { body } = await send(person, contents, name).expect(201);
  return settled(person, (body as ImportRecord).id);
}

/** Chosen, and checked again with it. */
export async function choose(person: Person, { id, version }: { id: number; version: number }, body: object) {
  await person.patch(`/api/imports/${id}`).set('if-match', versionOf({ version })).send(body).expect(200);
  return settled(person, id);
}

export async function deed(person: Person, { id, version }: ImportRecord, does: string, body: object = {}) {
  await person.post(`/api/imports/${id}/${does}`).set('if-match', versionOf({ version })).send(body).expect(202);
  return settled(person, id);
}

export async function rowsOf(person: Person, { id }: { id: number }, outcome?: string): Promise<ImportRow[]> {
  const { body } = await person
    .get(`/api/imports/${id}/rows`)
    .query({ limit: 200, ...(outcome && { outcome }) })
    .expect(200);
  return (body as { data: ImportRow[] }).data;
}

/** Number, column and reason of all that is rejected. */
export const rejectionsOf = async (person: Person, one: { id: number }) =>
  (await rowsOf(person, one, 'rejected')).flatMap(({ number, rejected }) =>
    rejected.map(({ column, reason }) => `${column}${number}: ${reason}`),
  );

const monthsOfYear = 'Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Jan,Feb,Mar';
export const budgetHeader = `UID,Description,${monthsOfYear},FY26 Budget`;
export const csv = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;
export const row = (uid: string, months: string[], total = '') => `${uid},,${months.join(',')},${total}`;
export const blanks = (count: number) => Array.from({ length: count }, () => '');

/** A year to plan in, and who plans. */
export async function budgetStory() {
  const year = await createYear('FY26');
  const editor = await as('Editor');
  return {
    year,
    editor,
    planned: (uid: string, overrides: object = {}, months: (string | null)[] = everyMonth('100.00')) =>
      createService({ uid, ...overrides }, { planId: year.planId, months }),
    monthsOf: async (id: number): Promise<(string | null)[]> => {
      const { body } = await editor.get(`/api/services/${id}/months?fy=FY26`).expect(200);
      return (body as { months: { budget: string | null }[] }).months.map(({ budget }) => budget);
    },
  };
}
