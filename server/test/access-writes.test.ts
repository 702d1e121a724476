import type { Role } from '@opex/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { served } from '../src/http/serve.ts';
import { createEntity, createKey, createService, createYear, everyMonth, signedInAs } from './factories/index.ts';
import { addresses, type Attempt, type Given, nameOf } from './harness/addresses.ts';
import { startServer } from './harness/server.ts';
import { sql } from './harness/sql.ts';

/** Every address that writes, asked by people of one entity to change what belongs to another, to all, or to other people. */
let server: Awaited<ReturnType<typeof startServer>>;
const app = createApp();
const writing = served.filter(({ method }) => method !== 'get').map(nameOf);

let given: Given;
let writers: Record<'Editor' | 'Approver' | 'Admin', Record<string, string>>;
let whole: Record<string, string>;

async function call(name: string, { ids = [], query = '', body }: Attempt, headers: Record<string, string>) {
  const [method = '', path = ''] = name.split(' ');
  const rest = [...ids];
  const address = path.replace(/:\w+/g, () => String(rest.shift()));
  const response = await fetch(`${server.origin}/api${address}${query}`, {
    method,
    headers: { ...headers, 'content-type': 'application/json', 'if-match': '"v1"' },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}

async function givenTo(mine: number, other: number): Promise<Given> {
  const year = await createYear();
  const line = { planId: year.planId, months: everyMonth('10.00') };
  return {
    mine,
    other,
    hidden: (overrides = {}) => createService({ entityId: other, ...overrides }, line),
    visible: () => createService({ entityId: mine }, line),
    shared: async (overrides = {}) => {
      const key = await createKey([
        [mine, '1'],
        [other, '3'],
      ]);
      return createService({ serviceType: 'Shared', budgetKeyId: key.id, ...overrides }, line);
    },
    byWhole: (name, attempt) => call(name, attempt, whole),
  };
}

/** All that is stored, except what a request leaves behind whatever it asks for. */
async function everything() {
  const tables = await sql<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'sign_in_throttles' ORDER BY 1`,
  );
  const digests = tables.map(
    ({ name }) =>
      `SELECT '${name}' AS name, md5(string_agg(row, ',' ORDER BY row)) AS digest
       FROM (SELECT (to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text AS row FROM ${name} t) AS rows`,
  );
  return Object.fromEntries(
    (await sql<{ name: string; digest: string }>(digests.join(' UNION ALL '))).map(({ name, digest }) => [
      name,
      digest,
    ]),
  );
}

beforeAll(async () => {
  server = await startServer(app);
  const [mine, other] = [(await createEntity()).id, (await createEntity()).id];
  given = await givenTo(mine, other);
  const writer = (role: Role) => signedInAs(role, [mine]);
  writers = { Editor: await writer('Editor'), Approver: await writer('Approver'), Admin: await writer('Admin') };
  whole = await signedInAs('Admin');
});
afterAll(() => server.close());

test('every address that writes says in addresses/ what must not be changed by it', () => {
  expect(writing.filter((name) => addresses[name]?.write === undefined)).toEqual([]);
});

describe('somebody of one entity changes nothing of others', () => {
  const tried = Object.entries(addresses).flatMap(([name, { write }]) =>
    write && write !== 'own' ? [[name, write] as const] : [],
  );
  test.each(tried)('%s', async (name, attemptsOf) => {
    for (const attempt of await attemptsOf(given)) {
      const before = await everything();
      for (const [role, headers] of Object.entries(writers)) {
        const { status, text } = await call(name, attempt, headers);
        expect(attempt.refused ? [attempt.refused] : [403, 404], `${role}: ${status} ${text}`).toContain(status);
      }
      expect(await everything()).toEqual(before);

      const { status, text } = await call(name, attempt, whole);
      expect(status, `who sees the whole: ${text}`).toBeLessThan(attempt.nobodyElse ? 500 : 300);
      if (attempt.nobodyElse) expect([403, 404]).toContain(status);
      else if (attempt.keepsNothing) expect(await everything()).toEqual(before);
      else expect(await everything()).not.toEqual(before);
    }
  });
});
