import request from 'supertest';
import { expect, test } from 'vitest';
import { startAnother } from './harness/instances.ts';
import { createUser, createYear, password, sessionOf } from './factories/index.ts';
import { sql } from './harness/sql.ts';

test('a database that keeps the time of another zone changes no time and no day that is answered', async () => {
  await createYear();
  const { id, email } = await createUser('Admin');
  const admin = await sessionOf(id);
  await sql(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = ''Asia/Kolkata''', current_database()); END $$`,
  );
  const other = await startAnother();
  try {
    const api = request(other.origin);
    const { body: key } = await api
      .post('/api/api-keys')
      .set(admin)
      .send({ name: 'Key', permissions: ['budgets.view'], expiresInDays: 1 })
      .expect(201);
    await api.post('/api/auth/sign-in').send({ email, password }).expect(200);
    const { body: keys } = await api.get('/api/api-keys').set(admin).expect(200);
    const { body: user } = await api.get(`/api/users/${id}`).set(admin).expect(200);
    const { body: log } = await api.get('/api/audit').set(admin).expect(200);
    const { body: open } = await api.get('/api/auth/sessions').set(admin).expect(200);
    const minutesAgo = (time: string) => Math.abs(Date.now() - Date.parse(time)) / 60_000;
    for (const time of [keys.data[0].createdAt, user.createdAt, log.data[0].at, open.data[0].createdAt])
      expect(minutesAgo(time)).toBeLessThan(5);
    expect(Date.parse(keys.data[0].expiresAt)).toBe(Date.parse(key.expiresAt));
    expect(log.data[0].at).toMatch(/(Z|\+00:00)$/);
  } finally {
    await other.stop();
  }
});
