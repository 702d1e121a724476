import { expect, test } from 'vitest';
import { ApiClient } from '../local/api-client.ts';
import { admin, startInstance } from './harness/instances.ts';
import { sql } from './harness/sql.ts';

test('a process that is asked to end writes first what it only remembered', async () => {
  const leaving = await startInstance();
  const client = await ApiClient.signIn(leaving.url, admin.email, admin.password);
  const body = { name: 'Nightly load', permissions: ['masters.view'], expiresInDays: 1 };
  const { key } = (await client.json('/api/api-keys', { method: 'POST', body })) as { key: string };
  const withKey = { headers: { authorization: `Bearer ${key}` } };
  expect((await fetch(`${leaving.url}/api/towers`, withKey)).status).toBe(200);
  expect((await fetch(`${leaving.url}/api/users`, withKey)).status).toBe(403);

  await leaving.stop();
  expect(await sql('SELECT FROM api_keys WHERE last_used_at IS NULL')).toEqual([]);
  expect(await sql('SELECT FROM sessions WHERE last_seen_at <= created_at')).toEqual([]);
  expect(await sql(`SELECT FROM security_events WHERE event = 'authz_fail'`)).toHaveLength(1);
  const ends = await sql('SELECT last_id, (SELECT max(entry_id) FROM audit_seals) AS sealed FROM audit_heads');
  expect(ends[0]!['sealed']).toBe(ends[0]!['last_id']);
});
