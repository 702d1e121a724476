import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createListener } from '../../app.ts';
import { listen } from '../../../test/harness/listen.ts';
import { createUser, createYear, sessionOf } from '../../../test/factories/index.ts';

let server: Awaited<ReturnType<typeof listen>>;
let headers: Record<string, string>;
beforeAll(async () => {
  await createYear('FY26');
  server = await listen(createListener());
  headers = await sessionOf((await createUser('Viewer')).id);
});
afterAll(() => server.close());

/** As it is written, which fetch would put right. */
const ask = (path: string) =>
  new Promise<{ status: number; type: string }>((answered, failed) => {
    request({ port: new URL(server.origin).port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume();
      answered({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '' });
    })
      .on('error', failed)
      .end();
  });

test('what is limited by its address answers to one spelling of it', async () => {
  expect((await ask('/api/search?q=x')).status).toBe(200);
  for (const path of ['//api/search?q=x', 'http://localhost/api/search?q=x', '*'])
    expect({ path, ...(await ask(path)) }).toMatchObject({ path, status: 400 });
  for (const path of ['/API/search?q=x', '/Api/search?q=x', '/%61pi/search?q=x', '/./api/search?q=x'])
    expect(await ask(path)).not.toMatchObject({ status: 200, type: expect.stringContaining('json') as string });
});
