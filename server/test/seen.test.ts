import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { currentVersions } from '../src/database/tags.ts';
import { primaryPool } from '../src/database/database.ts';
import { onReplica, replicasNow } from '../src/database/replica.ts';
import { claimedIn, sealSeen } from '../src/database/seen.ts';
import { startServer } from './harness/server.ts';
import { createService, createYear, signedInAs } from './factories/index.ts';
import { sql } from './harness/sql.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let editor: Awaited<ReturnType<typeof signedInAs>>;
let admin: typeof editor;
let people = 0;
let secret = '';
beforeAll(async () => {
  await createYear();
  server = await startServer();
  editor = await signedInAs('Editor');
  admin = await signedInAs('Admin');
  secret = (await sql<{ value: string }>(`SELECT value FROM settings WHERE key = 'cursorSecret'`))[0]!.value;
});
afterAll(() => server.close());

const ways = {
  'a header': (seen: string) => ({ cookie: editor.cookie, 'x-opex-seen': seen }),
  'a cookie': (seen: string) => ({ cookie: `${editor.cookie}; opex-seen=${seen}` }),
};
const get = async (path: string, headers: Record<string, string>) => {
  const response = await fetch(server.origin + path, { headers });
  await response.arrayBuffer();
  return { status: response.status, asOf: response.headers.get('x-data-as-of'), road: response.headers.get('x-road') };
};

/** How often the primary was asked how far changes have got, while `work` ran. */
async function lookUps(work: () => Promise<unknown>) {
  const query = vi.spyOn(primaryPool, 'query');
  try {
    await work();
    return query.mock.calls.filter(([text]) => JSON.stringify(text).includes('FROM cache_tags')).length;
  } finally {
    query.mockRestore();
  }
}

let entity = 1;
/** A report that nobody has asked for yet. */
const freshReport = () => `/api/reports/dashboard?fy=FY26&entity=${entity++}`;

const forged = [
  'a@zz',
  '@zz',
  'figures:1@zz',
  'figures:1@FFFFFFFF/FFFFFFFF',
  'figures:999999999999999@FFFFFFFF/FFFFFFFF',
  'figures:999999999999999',
  `figures:999999999999999.${'x'.repeat(22)}`,
  sealSeen({ figures: 999_999_999 }, 'a secret that is not ours'),
  `access:1,${sealSeen({ figures: 999_999_999 }, '')}`,
  "'; SELECT 1",
];

test.each(forged.flatMap((seen) => (Object.keys(ways) as (keyof typeof ways)[]).map((way) => [way, seen] as const)))(
  'what %s of a stranger claims to have seen (%s) changes nothing: not where reports come from, nor what they cost',
  async (way, seen) => {
    await expect.poll(async () => (await get(freshReport(), ways[way](''))).asOf).not.toBeNull();
    const headers = ways[way](
      encodeURIComponent(seen) === seen || way === 'a header' ? seen : encodeURIComponent(seen),
    );
    const asked = await lookUps(async () => {
      // The replica follows within its patience but for a moment of a busy machine; a header that was heard would keep it away.
      for (let time = 0; time < 3; time++)
        await expect.poll(() => get(freshReport(), headers)).toMatchObject({ status: 200, asOf: expect.any(String) });
    });
    expect(asked).toBe(0);
    expect(replicasNow().state).toBe('in use');
    const path = '/api/towers?limit=9';
    for (let time = 0; time < 2; time++) await get(path, { cookie: editor.cookie });
    expect(await get(path, headers)).toMatchObject({ status: 200, road: null });
  },
);

test.each(Object.entries(ways))('what %s of a writer says is looked for, by both roads', async (_way, headersOf) => {
  const path = '/api/towers?limit=11';
  for (let time = 0; time < 2; time++) await get(path, { cookie: editor.cookie });
  expect(await get(path, { cookie: editor.cookie })).toMatchObject({ road: null });
  const ahead = sealSeen({ figures: (currentVersions()?.['figures'] ?? 0) + 1 }, secret);
  const asked = await lookUps(async () => {
    expect(await get(path, headersOf(ahead))).toMatchObject({ status: 200, road: 'ordinary' });
  });
  expect(asked).toBe(1);
});

test('a write tells what it reached, and what it tells is believed', async () => {
  const { id } = await createService();
  const response = await fetch(`${server.origin}/api/budgets/${id}?fy=FY26`, {
    method: 'PATCH',
    headers: { ...editor, 'if-match': '"v1"', 'content-type': 'application/json' },
    body: JSON.stringify({ owner: 'Somebody' }),
  });
  expect(response.status).toBe(200);
  const seen = response.headers.get('x-opex-seen') ?? '';
  expect(response.headers.getSetCookie().join()).toContain(`opex-seen=${seen};`);
  expect(seen).toBe(sealSeen({ figures: currentVersions()?.['figures'] ?? 0 }, secret));
});

test('a write of something else keeps what was written before in sight, and no claim that nobody made', async () => {
  const write = async (seen: string) => {
    const { headers, status } = await fetch(`${server.origin}/api/users`, {
      method: 'POST',
      headers: { ...admin, 'content-type': 'application/json', 'x-opex-seen': seen },
      body: JSON.stringify({ name: 'New', email: `new-${++people}@example.com`, role: 'Viewer', entityIds: null }),
    });
    expect(status).toBe(201);
    return claimedIn(headers.get('x-opex-seen') ?? '');
  };
  const figures = currentVersions()?.['figures'] ?? 0;
  expect(figures).toBeGreaterThan(0);
  expect(await write(sealSeen({ figures }, secret))).toContainEqual(['figures', figures]);
  const unsealed = sealSeen({ figures }, 'of somebody else');
  const ofAnother = sealSeen({ figures: 999_999 }, secret);
  for (const seen of [unsealed, ofAnother, ''])
    expect((await write(seen)).map(([tag]) => tag)).not.toContain('figures');
});

test('a report that fails by itself fails once, and the replica goes on answering', async () => {
  await expect.poll(() => onReplica(({ fromReplica }) => Promise.resolve(fromReplica))).toBe(true);
  const sources: boolean[] = [];
  const failing = onReplica(async ({ client, fromReplica }) => {
    sources.push(fromReplica);
    await client.query(`SELECT 'zz'::pg_lsn`);
  });
  await expect(failing).rejects.toThrow('pg_lsn');
  expect(sources).toEqual([true]);
  expect(replicasNow().state).toBe('in use');
});

test('a report that the replica had to end, because it followed the primary, comes from the primary', async () => {
  await expect.poll(() => onReplica(({ fromReplica }) => Promise.resolve(fromReplica))).toBe(true);
  const sources: boolean[] = [];
  await onReplica(async ({ client, fromReplica }) => {
    sources.push(fromReplica);
    if (fromReplica) await client.query(`DO $$ BEGIN RAISE 'conflict with recovery' USING ERRCODE = '40001'; END $$`);
  });
  expect(sources).toEqual([true, false]);
  expect(replicasNow().state).toBe('in use');
});
