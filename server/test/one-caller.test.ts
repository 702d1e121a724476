import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createService, createUser, createYear, sessionOf, signedInAs } from './factories/index.ts';
import { startInstance } from './harness/instances.ts';

/** One caller who asks for as much as there are connections leaves room for everybody else. */

const ofPerson = 4;
const inWork = 20;
let instance: Awaited<ReturnType<typeof startInstance>>;
let person: Sent;
let key: Sent;
let other: Sent;
type Sent = Record<string, string>;

beforeAll(async () => {
  await createYear('FY26');
  await createService();
  instance = await startInstance({ REQUESTS_PER_CALLER_MAX: String(ofPerson), REQUESTS_IN_WORK_MAX: String(inWork) });
  const { id } = await createUser('Viewer');
  [person, other] = [await sessionOf(id), await signedInAs('Viewer')];
  const made = await fetch(`${instance.url}/api/api-keys`, {
    method: 'POST',
    headers: { ...person, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'A program', permissions: ['budgets.view'], expiresInDays: 1 }),
  });
  key = { authorization: `Bearer ${((await made.json()) as { key: string }).key}` };
});
afterAll(() => instance.stop());
/** A caller is known to a process that has answered the caller once. */
beforeEach(async () => {
  for (const headers of [person, other, key]) expect((await ask(headers)).status).toBe(200);
});

let number = 0;
/** A list that nobody has asked for yet. */
const ask = (headers: Sent) =>
  fetch(`${instance.url}/api/budgets?fy=FY26&budget.ne=${++number}`, { headers }).then(async (response) => ({
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as { type?: string; detail?: string },
  }));
type Answer = Awaited<ReturnType<typeof ask>>;

/** While it lasts no list is answered. */
async function whileListsWait(work: () => Promise<void>) {
  const client = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE services, service_years IN ACCESS EXCLUSIVE MODE');
  try {
    await work();
  } finally {
    await client.query('ROLLBACK');
    await client.end();
  }
}

/** Asks for so many lists at once; those that are turned away are answered while the others still wait. */
function askAtOnce(many: number, headersOf: (index: number) => Sent) {
  const refused: Answer[] = [];
  const answers = Array.from({ length: many }, async (_, index) => {
    const answer = await ask(headersOf(index));
    if (answer.status !== 200) refused.push(answer);
    return answer.status;
  });
  return { refused, answers: Promise.all(answers) };
}
const count = (statuses: number[], status: number) => statuses.filter((one) => one === status).length;

test('a person holds a few places with all sessions and keys, and is told to wait; the others do not notice', async () => {
  let lists!: ReturnType<typeof askAtOnce>;
  await whileListsWait(async () => {
    lists = askAtOnce(40, (index) => (index % 2 ? person : key));
    await expect.poll(() => lists.refused.length).toBe(40 - ofPerson);
    expect(lists.refused[0]).toMatchObject({
      status: 429,
      retryAfter: '1',
      body: { type: 'urn:opex:busy', detail: 'You ask for too much at once; wait for some of the answers' },
    });
    const me = () => fetch(`${instance.url}/api/auth/me`, { headers: other });
    const answers = await Promise.all(Array.from({ length: ofPerson - 1 }, me));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
  const statuses = await lists.answers;
  expect([count(statuses, 200), count(statuses, 429)]).toEqual([ofPerson, 40 - ofPerson]);
  expect((await ask(person)).status).toBe(200);
});

test('an address whose callers are not known holds no more than half of all places', async () => {
  const strangers = await Promise.all(Array.from({ length: inWork }, () => signedInAs('Viewer')));
  await ask(other); // new people are a change of rights, after which nobody is known
  let lists!: ReturnType<typeof askAtOnce>;
  await whileListsWait(async () => {
    lists = askAtOnce(inWork, (index) => strangers[index]!);
    await expect.poll(() => lists.refused.length).toBeGreaterThanOrEqual(inWork / 2);
    expect((await fetch(`${instance.url}/api/auth/me`, { headers: other })).status).toBe(200);
  });
  expect(count(await lists.answers, 200)).toBeGreaterThan(0);
});
