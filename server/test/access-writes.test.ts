import { masterKinds, type MasterKind } from '@opex/contracts/masters';
import type { Role } from '@opex/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { tableOf } from '../src/database/list/catalogue.ts';
import { served } from '../src/http/serve.ts';
import { startServer } from './harness/server.ts';
import {
  createEntity,
  createKey,
  createService,
  createUser,
  createYear,
  everyMonth,
  signedInAs,
} from './factories/index.ts';
import { createJob } from './factories/jobs.ts';
import { createWebhook } from './factories/webhooks.ts';
import { sql } from './harness/sql.ts';
import { nameOf } from './least-role.ts';

/**
 * Every address that writes, asked by people of one entity to change what belongs to another, to all, or to other people.
 * Whatever a case sends would be done for an administrator of the whole, so it is the scope alone that refuses.
 */
let server: Awaited<ReturnType<typeof startServer>>;
const app = createApp();
const writing = served.filter(({ method }) => method !== 'get').map(nameOf);

type Attempt = {
  /** Fills the parameters of the path, in their order. */
  ids?: number[];
  query?: string;
  body?: object;
  /** What a scoped person is told; by default one of 403 and 404. A reference within the body is 422, like a missing one. */
  refused?: 422;
  /** An administrator who sees all entities is refused too, because it belongs to another user. */
  nobodyElse?: true;
  /** It answers what would be, and keeps nothing. */
  keepsNothing?: true;
};
/** `own` cannot reach past the caller's own account. */
type Case = 'own' | (() => Attempt[] | Promise<Attempt[]>);

let year: Awaited<ReturnType<typeof createYear>>;
let mine: number;
let other: number;
let writers: Record<'Editor' | 'Approver' | 'Admin', Record<string, string>>;
let whole: Record<string, string>;

const line = () => ({ planId: year.planId, months: everyMonth('10.00') });
const hidden = (overrides: object = {}) => createService({ entityId: other, ...overrides }, line());
const own = () => createService({ entityId: mine }, line());
/** A quarter of it is the writer's. */
async function shared(overrides: object = {}) {
  const key = await createKey([
    [mine, '1'],
    [other, '3'],
  ]);
  return createService({ serviceType: 'Shared', budgetKeyId: key.id, ...overrides }, line());
}
const unique = (() => {
  let count = 0;
  return (word: string) => `${word} ${++count}`;
})();

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

const newMaster = async (kind: MasterKind) =>
  (await sql<{ id: number }>(`INSERT INTO ${tableOf(kind)} (name) VALUES ($1) RETURNING id`, [unique('Of others')]))[0]!
    .id;
const newCurrency = async () =>
  (
    await sql<{ id: number }>(
      `INSERT INTO currencies (code, name) SELECT 'X' || chr(65 + count(*)::int / 26) || chr(65 + count(*)::int % 26), 'x' FROM currencies RETURNING id`,
    )
  )[0]!.id;
const newRate = async () =>
  (
    await sql<{ id: number }>(
      `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) VALUES ('PLAN', $1, '2025-04-01', 83) RETURNING id`,
      [await newCurrency()],
    )
  )[0]!.id;
const keyOfSomebody = async () =>
  (
    await sql<{ id: number }>(
      `INSERT INTO api_keys (prefix, secret_hash, name, user_id, permissions, expires_at)
       VALUES ($1, '', 'x', $2, '{}', now() + interval '1 day') RETURNING id`,
      [unique('key'), (await createUser('Viewer')).id],
    )
  )[0]!.id;
/** A key, and a version of it that is not its only one. */
async function keyVersion(): Promise<number[]> {
  const { id } = await createKey([[mine, '1']]);
  const [version] = await sql<{ id: number }>(
    `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-07-01') RETURNING id`,
    [id],
  );
  await sql('INSERT INTO allocation_drivers (allocation_key_version_id, entity_id, value) VALUES ($1, $2, 1)', [
    version!.id,
    mine,
  ]);
  return [id, version!.id];
}
const drivers = () => [{ entityId: other, value: '1' }];
const reason = 'Because it is mine';
const newUser = () => ({ email: `${unique('user').replace(' ', '')}@example.com`, name: 'New', role: 'Viewer' });
const lastEntryOf = async (serviceId: number) =>
  (await sql<{ id: number }>(`SELECT max(id)::int AS id FROM audit_entries WHERE subject_id = $1`, [serviceId]))[0]!.id;
/** A service with one change of its owner in its history. */
async function changed(service: { id: number }) {
  const answer = await call(
    'PATCH /budgets/:id',
    { ids: [service.id], query: '?fy=FY26', body: { owner: 'Before' } },
    whole,
  );
  expect(answer.status).toBe(200);
  await sql('UPDATE services SET version = 1 WHERE id = $1', [service.id]);
  return { id: service.id, entryId: await lastEntryOf(service.id) };
}

const fy = '?fy=FY26';
const cases: Record<string, Case> = {
  'POST /auth/sign-in': 'own',
  'POST /auth/sign-out': 'own',
  'POST /auth/password': 'own',
  'PATCH /subscriptions': 'own',
  'DELETE /auth/sessions': 'own',
  'DELETE /auth/sessions/:id': async () => {
    await signedInAs('Viewer');
    const [session] = await sql<{ id: number }>('SELECT max(id) AS id FROM sessions');
    return [{ ids: [session!.id], nobodyElse: true }];
  },
  'POST /users': () => [
    { body: { ...newUser(), entityIds: [other] } },
    { body: { ...newUser(), entityIds: [mine] } },
    { body: { ...newUser(), entityIds: null } },
  ],
  'PATCH /users/:id': async () => [
    { ids: [(await createUser('Viewer', [other])).id], body: { name: 'Mine' } },
    { ids: [(await createUser('Viewer', [mine])).id], body: { entityIds: [mine, other] } },
  ],
  'POST /users/:id/password': async () => [{ ids: [(await createUser('Viewer', [other])).id] }],
  'POST /api-keys': () => [
    { body: { name: 'Mine', permissions: ['masters.edit'], expiresInDays: 1 } },
    { body: { name: 'Mine', permissions: ['budgets.view', 'users.view'], expiresInDays: 1 } },
  ],
  'DELETE /api-keys/:id': async () => [{ ids: [await keyOfSomebody()], nobodyElse: true }],
  'DELETE /api-keys/everybody/:id': async () => [{ ids: [await keyOfSomebody()] }],
  'POST /performance/cpu-profile': () => [{ query: '?seconds=1', keepsNothing: true }],
  'POST /performance/heap-profile': () => [{ query: '?seconds=1', keepsNothing: true }],
  'POST /performance/benchmark': () => [{ keepsNothing: true }],
  'POST /performance/collect-garbage': () => [{ keepsNothing: true }],
  'POST /performance/breakers': () => [{ body: { name: 'replica', state: 'automatic' }, keepsNothing: true }],
  'POST /jobs/:id/retry': async () => [{ ids: [await createJob('failed')] }],
  'POST /jobs/:id/cancel': async () => [{ ids: [await createJob('waiting')] }],
  'POST /webhooks': () => [{ body: { name: unique('Mine'), url: 'https://example.com', events: ['user.created'] } }],
  'PATCH /webhooks/:id': async () => [{ ids: [await createWebhook()], body: { url: 'https://example.com/mine' } }],
  'DELETE /webhooks/:id': async () => [{ ids: [await createWebhook()] }],
  'POST /webhooks/:id/test': async () => [{ ids: [await createWebhook()] }],
  'PATCH /budgets': async () => {
    const [foreign, share, visible] = [await hidden(), await shared(), await own()];
    const change = (service: { id: number }) => ({ id: service.id, version: 1, owner: 'Me' });
    return [
      { query: fy, body: { changes: [change(visible), change(foreign)] } },
      { query: fy, body: { changes: [change(await own()), change(share)] } },
      { query: fy, body: { reason, changes: [{ id: (await hidden()).id, version: 1, months: { 1: '1.00' } }] } },
    ];
  },
  'PATCH /budgets/:id': async () => [
    { ids: [(await hidden()).id], query: fy, body: { owner: 'Me' } },
    { ids: [(await hidden()).id], query: fy, body: { entityId: mine } },
    { ids: [(await shared()).id], query: fy, body: { budget: '1.00', reason } },
    { ids: [(await own()).id], query: fy, body: { entityId: other }, refused: 422 },
    { ids: [(await own()).id], query: fy, body: { parentUid: (await hidden()).uid }, refused: 422 },
  ],
  'POST /services': async () => [
    { body: { uid: unique('New') }, refused: 422 },
    { body: { uid: unique('New'), entityId: other }, refused: 422 },
    { body: { uid: unique('New'), serviceType: 'Shared' }, refused: 422 },
    { body: { uid: unique('New'), entityId: mine, parentUid: (await hidden()).uid }, refused: 422 },
  ],
  'POST /services/:id/retire': async () => [
    { ids: [(await hidden()).id], body: { reason } },
    { ids: [(await shared()).id], body: { reason } },
  ],
  'POST /services/:id/reinstate': async () => [
    { ids: [(await hidden({ retiredAt: new Date() })).id], body: { reason } },
    { ids: [(await shared({ retiredAt: new Date() })).id], body: { reason } },
  ],
  'POST /services/:id/remarks': async () => [{ ids: [(await hidden()).id], body: { text: 'Mine' } }],
  'POST /services/:id/history/:entryId/restore': async () => {
    const [foreign, share] = [await changed(await hidden()), await changed(await shared())];
    return [foreign, share].map(({ id, entryId }) => ({ ids: [id, entryId], body: { field: 'owner', reason } }));
  },
  'POST /currencies': () => [{ body: { code: 'ZZZ', name: 'Mine' } }],
  'PATCH /currencies/:id': async () => [{ ids: [await newCurrency()], body: { name: 'Mine' } }],
  'POST /currency-rates': async () => [
    { body: { set: 'PLAN', currencyId: await newCurrency(), effectiveDate: '2026-01-01', rate: '2' } },
  ],
  'PATCH /currency-rates/:id': async () => [{ ids: [await newRate()], body: { rate: '2' } }],
  'DELETE /currency-rates/:id': async () => [{ ids: [await newRate()] }],
  'POST /allocation-keys': () => [
    { body: { name: unique('Mine'), driverType: 'People', validFrom: '2025-04-01', drivers: drivers() } },
  ],
  'POST /allocation-keys/:id/versions': async () => [
    { ids: [(await createKey([[mine, '1']])).id], body: { validFrom: '2025-04-01', drivers: drivers(), reason } },
  ],
  'POST /allocation-keys/:id/preview': async () => [
    {
      ids: [(await createKey([[mine, '1']])).id],
      body: { version: { validFrom: '2025-04-01', drivers: drivers() } },
      keepsNothing: true,
    },
  ],
  'PATCH /allocation-keys/:id/versions/:versionId': async () => [
    { ids: await keyVersion(), body: { validFrom: '2025-04-01', drivers: drivers(), reason } },
  ],
  'POST /allocation-keys/:id/versions/:versionId/remove': async () => [{ ids: await keyVersion(), body: { reason } }],
  'POST /master-merges/:id/undo': async () => {
    const [from, into] = [await newMaster('towers'), await newMaster('towers')];
    await call('POST /towers/:id/merge', { ids: [from], body: { intoId: into, intoVersion: 1, reason } }, whole);
    const [merge] = await sql<{ id: number }>('SELECT max(id) AS id FROM master_merges');
    return [{ ids: [merge!.id], body: { reason } }];
  },
  ...Object.fromEntries(masterKinds.flatMap((kind): [string, Case][] => mastersCases(kind))),
};

function mastersCases(kind: MasterKind): [string, Case][] {
  const merge = async (id: number) => ({ ids: [id], body: { intoId: await newMaster(kind), intoVersion: 1, reason } });
  return [
    [`POST /${kind}`, () => [{ body: { name: unique('Mine') } }]],
    [`PATCH /${kind}/:id`, async () => [{ ids: [await newMaster(kind)], body: { name: unique('Mine') } }]],
    [`DELETE /${kind}/:id`, async () => [{ ids: [await newMaster(kind)] }]],
    [`POST /${kind}/:id/merge`, async () => [await merge(await newMaster(kind))]],
  ];
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
  year = await createYear();
  [mine, other] = [(await createEntity()).id, (await createEntity()).id];
  const writer = (role: Role) => signedInAs(role, [mine]);
  writers = { Editor: await writer('Editor'), Approver: await writer('Approver'), Admin: await writer('Admin') };
  whole = await signedInAs('Admin');
});
afterAll(() => server.close());

test('every address that writes has a case here', () => {
  expect(Object.keys(cases).sort()).toEqual([...writing].sort());
});

describe('somebody of one entity changes nothing of others', () => {
  const tried = Object.entries(cases).filter((entry): entry is [string, Exclude<Case, 'own'>] => entry[1] !== 'own');
  test.each(tried)('%s', async (name, attempts) => {
    for (const attempt of await attempts()) {
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
