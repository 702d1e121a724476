import { afterAll, afterEach, expect } from 'vitest';
import { registry } from '../../src/lib/metrics.ts';
import { createPlanned, createYear } from '../factories/index.ts';
import { as } from '../harness/as.ts';
import { openStream } from '../harness/event-stream.ts';
import { startServer } from '../harness/server.ts';
import { sql } from '../harness/sql.ts';

export type Stream = Awaited<ReturnType<typeof openStream>>;

export const subjects = ({ events }: Stream) => events.map(({ data }) => data['subjectId']);
export const lastId = async () => (await sql<{ id: number }>('SELECT last_id::int AS id FROM audit_heads'))[0]?.id ?? 0;
export const openStreams = async () =>
  Number(/^event_streams (\d+)/m.exec(await registry.getSingleMetricAsString('event_streams'))?.[1]);
/** Sealed versions of what has happened so far. */
export const aClaim = expect.stringMatching(/^figures:\d+,masters:\d+\.[\w-]{22}$/) as string;

/** A server on a real socket, services that an editor changes, and streams that end with their test. */
export async function streamsStory() {
  const server = await startServer();
  afterAll(() => server.close());
  const year = await createYear();
  const editor = await as('Editor');

  const open: Stream[] = [];
  afterEach(() => {
    for (const stream of open.splice(0)) stream.close();
  });
  const streamFor = async (headers: Record<string, string>, origin = server.origin) => {
    const stream = await openStream(origin, headers);
    open.push(stream);
    return stream;
  };

  const planned = (overrides = {}) => createPlanned(year, overrides);
  const patch = async (id: number, version: number) => {
    await editor
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set('if-match', `"v${version}"`)
      .send({ owner: `v${version}` })
      .expect(200);
  };
  return { server, streamFor, planned, patch };
}
