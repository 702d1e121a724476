import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAnother } from '../../../test/harness/instances.ts';
import { createEntity, createUser, sessionOf, signedInAs } from '../../../test/factories/index.ts';
import { sql } from '../../../test/harness/sql.ts';
import { currentVersions } from '../../database/tags.ts';
import { api } from '../../../test/harness/as.ts';
import { type Stream, aClaim, lastId, openStreams, streamsStory, subjects } from '../../../test/stories/streams.ts';

const { server, streamFor, planned, patch } = await streamsStory();

describe('the live stream', () => {
  test('tells of a change as soon as it is made, who made it and of what, but no contents', async () => {
    const service = await planned();
    const stream = await streamFor(await signedInAs('Viewer'));
    expect(stream.status).toBe(200);
    expect(stream.headers.get('content-type')).toBe('text/event-stream');
    expect(stream.headers.get('cache-control')).toMatch(/no-cache/);

    await patch(service.id, 1);

    await expect.poll(() => stream.events, { interval: 10 }).toHaveLength(1);
    expect(stream.events[0]).toEqual({
      event: 'change',
      id: await lastId(),
      data: {
        id: await lastId(),
        actorId: expect.any(Number),
        action: 'service.updated',
        subjectType: 'service',
        subjectId: service.id,
        seen: aClaim,
      },
    });
  });

  test('tells what to send back, so that a read by who was told holds the change', async () => {
    const service = await planned();
    const stream = await streamFor(await signedInAs('Viewer'));
    await patch(service.id, 1);
    await expect.poll(() => stream.events).toHaveLength(1);
    const { figures } = currentVersions() as { figures: number };
    expect((stream.events[0]?.data as { seen: string }).seen).toContain(`figures:${figures}`);
  });

  test('tells at its opening how far everything is, so that a reader knows of what was written before', async () => {
    const service = await planned();
    await patch(service.id, 1);
    await expect.poll(() => currentVersions()?.figures).toBeGreaterThan(0);
    const stream = await streamFor(await signedInAs('Viewer'));
    await expect.poll(() => stream.caughtUp).toHaveLength(1);
    expect(stream.caughtUp[0]).toEqual({
      event: 'caught-up',
      id: await lastId(),
      data: { seen: aClaim, quietMs: expect.any(Number) },
    });
    expect(stream.caughtUp[0]?.data['quietMs']).toBeLessThan(2_000);
    expect(stream.events).toEqual([]);
  });

  test('leaves nothing behind when its reader goes away while older changes are still looked up', async () => {
    const viewer = await signedInAs('Viewer');
    await expect.poll(openStreams).toBe(0);
    const holder = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
    await holder.connect();
    const connections = () => new Promise<number>((resolve) => server.connections(resolve));
    const before = await connections();
    try {
      await holder.query('BEGIN; LOCK audit_entries IN ACCESS EXCLUSIVE MODE');
      const stream = await streamFor({ ...viewer, 'last-event-id': '1' });
      await expect.poll(openStreams).toBe(1);
      stream.close();
      await expect.poll(connections).toBeLessThanOrEqual(before);
    } finally {
      await holder.end();
    }
    await expect.poll(openStreams).toBe(0);
  });

  test('is closed to whoever is not signed in', async () => {
    expect((await streamFor({})).status).toBe(401);
  });

  test('has nothing more to say to who asks for its head only', async () => {
    const response = await fetch(`${server.origin}/api/events`, {
      method: 'HEAD',
      headers: await signedInAs('Viewer'),
      signal: AbortSignal.timeout(5_000),
    });
    expect(response.status).toBe(200);
    await expect.poll(openStreams).toBe(0);
  });

  describe('of a person with many pages', () => {
    const superseded = { event: 'superseded', id: 0, data: {} };
    const several = async (count: number, session: Record<string, string>) => {
      const streams: Stream[] = [];
      for (let page = 0; page < count; page++) streams.push(await streamFor(session));
      return streams;
    };
    const endedOf = (streams: Stream[]) => streams.map(({ ended }) => ended);

    test('gives the place of the oldest to the newest, and of no other session', async () => {
      const { id } = await createUser('Viewer');
      const [here, there] = [await sessionOf(id), await sessionOf(id)];
      const elsewhere = await several(2, there);
      const pages = await several(6, here);
      await expect.poll(() => endedOf(pages)).toEqual([true, false, false, false, false, false]);
      expect(pages[0]?.events).toEqual([superseded]);
      const service = await planned();
      await patch(service.id, 1);
      for (const stream of [...pages.slice(1), ...elsewhere])
        await expect.poll(() => subjects(stream)).toEqual([service.id]);
      expect(await openStreams()).toBe(7);
    });

    test('keeps twenty of all sessions together', async () => {
      const { id } = await createUser('Viewer');
      const streams: Stream[] = [];
      for (let session = 0; session < 5; session++) streams.push(...(await several(5, await sessionOf(id))));
      await expect.poll(() => endedOf(streams)).toEqual([...Array(5).fill(true), ...Array(20).fill(false)]);
      expect(await openStreams()).toBe(20);
    });
  });

  test.each([
    [
      'the user is disabled',
      async (id: number) => {
        const admin = await signedInAs('Admin');
        await api.patch(`/api/users/${id}`).set(admin).set('if-match', '"v1"').send({ disabled: true }).expect(200);
      },
    ],
    [
      'the session ends',
      async (_id: number, session: Record<string, string>) => {
        await api.post('/api/auth/sign-out').set(session).expect(204);
      },
    ],
  ])('beats while it may, and ends within five seconds after %s', async (_what, end) => {
    const user = await createUser('Viewer');
    const session = await sessionOf(user.id);
    const stream = await streamFor(session);
    await expect.poll(() => stream.comments).toEqual(['connected', 'beat']);
    expect(stream.ended).toBe(false);
    const at = performance.now();
    await end(user.id, session);
    await expect.poll(() => stream.ended).toBe(true);
    expect(performance.now() - at).toBeLessThan(5_000);
  });

  test('tells nothing more under a right that was taken away a moment ago', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const [kept, lost] = [await planned({ entityId: mine.id }), await planned({ entityId: other.id })];
    const user = await createUser('Viewer', [mine.id, other.id]);
    const leaving = await sessionOf(user.id);
    const [stream, ended] = [await streamFor(await sessionOf(user.id)), await streamFor(leaving)];
    await expect.poll(() => [stream, ended].flatMap(({ caughtUp }) => caughtUp)).toHaveLength(2);
    const admin = await signedInAs('Admin');
    const narrowed = api.patch(`/api/users/${user.id}`).set(admin).set('if-match', '"v1"');
    await narrowed.send({ entityIds: [mine.id] }).expect(200);
    await api.post('/api/auth/sign-out').set(leaving).expect(204);
    await patch(lost.id, 1);
    await patch(kept.id, 1);
    await expect.poll(() => subjects(stream)).toEqual([kept.id]);
    expect(subjects(ended)).toEqual([]);
    expect(ended.ended).toBe(true);
  });

  test('follows a changed scope within five seconds', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const service = await planned({ entityId: other.id });
    const user = await createUser('Viewer', [mine.id]);
    const stream = await streamFor(await sessionOf(user.id));
    const admin = await signedInAs('Admin');
    await api
      .patch(`/api/users/${user.id}`)
      .set(admin)
      .set('if-match', '"v1"')
      .send({ entityIds: [other.id] })
      .expect(200);
    await expect.poll(() => stream.comments.length).toBeGreaterThan(1);
    await patch(service.id, 1);
    await expect.poll(() => subjects(stream)).toEqual([service.id]);
  });

  test('tells of what another process wrote, and ends when its own process stops', async () => {
    const other = await startAnother();
    const there = await streamFor(await signedInAs('Viewer'), other.origin);
    const service = await planned();
    await patch(service.id, 1);
    await expect.poll(() => subjects(there)).toEqual([service.id]);
    await other.stop();
    await expect.poll(() => there.ended).toBe(true);
  });

  test('of a process that has just begun takes nothing for new that was written before it', async () => {
    const service = await planned();
    await patch(service.id, 1);
    const viewer = await signedInAs('Viewer');
    const holder = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK audit_entries IN ACCESS EXCLUSIVE MODE');
      const other = await startAnother();
      onTestFinished(() => other.stop());
      const opening = streamFor(viewer, other.origin);
      await sleep(200);
      await holder.query('COMMIT');
      const there = await opening;
      await expect.poll(() => there.caughtUp).toHaveLength(1);
      await patch(service.id, 2);
      await expect.poll(() => there.events.length).toBeGreaterThan(0);
      expect(subjects(there)).toEqual([service.id]);
    } finally {
      await holder.end();
    }
  });

  test('tells what was written while the process did not hear PostgreSQL', async () => {
    const stream = await streamFor(await signedInAs('Viewer'));
    const service = await planned();
    await patch(service.id, 1);
    await expect.poll(() => subjects(stream)).toEqual([service.id]);
    await sql(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'opex-listener' AND datname = current_database()`,
    );
    await patch(service.id, 2);
    await patch(service.id, 3);
    await expect.poll(() => subjects(stream)).toEqual([service.id, service.id, service.id]);
  });
});
