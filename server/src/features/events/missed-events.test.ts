import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createEntity, signedInAs } from '../../../test/factories/index.ts';
import { sql } from '../../../test/harness/sql.ts';
import { api } from '../../../test/harness/as.ts';
import { type Stream, aClaim, lastId, openStreams, streamsStory, subjects } from '../../../test/stories/streams.ts';

const { server, streamFor, planned, patch } = await streamsStory();

/** Entries in the log as any writer makes them, without the work around them. */
const entries = (count: number) =>
  sql(
    `INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_id, subject_label, previous_hash, hash)
       SELECT 0, 'Test', 'test.done', 'test', number, 'x', '', '' FROM generate_series(1, $1) AS number`,
    [count],
  );

describe('the live stream', () => {
  test('goes on from the last event that was seen, in order and with nothing twice', async () => {
    const service = await planned();
    const before = await lastId();
    for (let version = 1; version <= 4; version++) await patch(service.id, version);
    const stream = await streamFor({ ...(await signedInAs('Viewer')), 'last-event-id': String(before + 1) });
    await expect.poll(() => stream.events.map(({ id }) => id)).toEqual([before + 2, before + 3, before + 4]);
    await patch(service.id, 5);
    await expect
      .poll(() => stream.events.map(({ id }) => id))
      .toEqual([before + 2, before + 3, before + 4, before + 5]);
  });

  test('that never told of anything can be resumed too: it said where it began', async () => {
    const viewer = await signedInAs('Viewer');
    const first = await streamFor(viewer);
    await expect.poll(() => first.caughtUp).toHaveLength(1);
    first.close();
    const service = await planned();
    await patch(service.id, 1);
    const again = await streamFor({ ...viewer, 'last-event-id': String(first.caughtUp[0]?.id) });
    await expect.poll(() => subjects(again)).toEqual([service.id]);
  });

  test('misses nothing that is written while it catches up', async () => {
    const viewers = await Promise.all(Array.from({ length: 40 }, () => signedInAs('Viewer')));
    await entries(1);
    const start = await lastId();
    const writer = sql(`DO $$ BEGIN FOR number IN 1..450 LOOP
      INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_label, previous_hash, hash)
        VALUES (0, 'Test', 'test.done', 'test', 'x', '', '');
      COMMIT; END LOOP; END $$`);
    const follow = (viewer: object) => streamFor({ ...viewer, 'last-event-id': String(start) });
    const streams: Stream[] = [];
    for (let round = 0; round < 4; round++)
      streams.push(...(await Promise.all(viewers.slice(round * 10, round * 10 + 10).map(follow))));
    await writer;
    const end = await lastId();
    expect(end - start).toBe(450);
    const all = Array.from({ length: end - start }, (_, index) => start + 1 + index);
    for (const stream of streams) await expect.poll(() => stream.events.map(({ id }) => id)).toEqual(all);
  });

  test('says to load again when more was missed than is worth telling', async () => {
    const start = await lastId();
    await entries(501);
    const stream = await streamFor({ ...(await signedInAs('Viewer')), 'last-event-id': String(start) });
    await expect.poll(() => stream.events).toEqual([{ event: 'reset', id: start + 501, data: { seen: aClaim } }]);
    await entries(1);
    await expect.poll(() => stream.events.map(({ event }) => event)).toEqual(['reset', 'change']);
  });

  test.each(['nonsense', '-1', '1.5', '99999999999999999999', ''])(
    'starts from now for the last event %j',
    async (id) => {
      const stream = await streamFor({ ...(await signedInAs('Viewer')), 'last-event-id': id });
      const service = await planned();
      await patch(service.id, 1);
      await expect.poll(() => subjects(stream)).toEqual([service.id]);
    },
  );

  test('starts afresh after an event that the log never had, as after a restore', async () => {
    await entries(1);
    const head = await lastId();
    const stream = await streamFor({ ...(await signedInAs('Viewer')), 'last-event-id': String(head + 1_000) });
    await expect.poll(() => stream.events).toEqual([{ event: 'reset', id: head, data: { seen: aClaim } }]);
    const service = await planned();
    await patch(service.id, 1);
    await expect.poll(() => subjects(stream)).toEqual([undefined, service.id]);
  });

  test('is ended for a reader that does not read, and goes on for everybody else', async () => {
    const [idle, live] = [await signedInAs('Viewer'), await streamFor(await signedInAs('Viewer'))];
    const lazy = connect(server.port, '127.0.0.1');
    lazy.on('error', () => undefined);
    lazy.pause();
    lazy.write(`GET /api/events HTTP/1.1\r\nHost: localhost\r\nCookie: ${idle.cookie}\r\n\r\n`);
    await expect.poll(openStreams).toBe(2);
    // Eight megabytes: more than the kernel keeps for a reader.
    for (let round = 0; round < 16; round++)
      await sql(`INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_label, previous_hash, hash)
        SELECT 0, 'Test', repeat('x', 5000), 'test', 'x', '', '' FROM generate_series(1, 100)`);
    await expect.poll(() => live.events.length).toBe(1_600);
    await expect.poll(openStreams).toBe(1);
    lazy.destroy();
  });

  test('tells a scoped reader of their own entities only, and tells nobody else about people', async () => {
    const [mine, other] = [await createEntity(), await createEntity()];
    const [own, foreign] = [await planned({ entityId: mine.id }), await planned({ entityId: other.id })];
    const before = await lastId();
    const scoped = await signedInAs('Viewer', [mine.id]);
    const live = await streamFor(scoped);
    const admin = await signedInAs('Admin');
    await patch(foreign.id, 1);
    await api
      .post('/api/users')
      .set(admin)
      .send({ email: 'new@example.com', name: 'New', role: 'Viewer', entityIds: [mine.id] })
      .expect(201);
    await api
      .patch(`/api/entities/${other.id}`)
      .set(admin)
      .set('if-match', '"v1"')
      .send({ name: 'Renamed' })
      .expect(200);
    await patch(own.id, 1);

    const resumed = await streamFor({ ...scoped, 'last-event-id': String(before) });
    const everything = await streamFor({ ...admin, 'last-event-id': String(before) });

    await expect.poll(() => subjects(live)).toEqual([own.id]);
    await expect.poll(() => subjects(resumed)).toEqual([own.id]);
    await expect
      .poll(() => everything.events.map(({ data }) => data['action']))
      .toEqual(['service.updated', 'user.created', 'master.updated', 'service.updated']);
  });
});
