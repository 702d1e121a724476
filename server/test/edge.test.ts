import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from './harness/server.ts';
import { createYear, signedInAs } from './factories/index.ts';
import { startInstance } from './harness/instances.ts';

let server: Awaited<ReturnType<typeof startServer>>;
let cookie = '';
beforeAll(async () => {
  await createYear();
  server = await startServer();
  ({ cookie } = await signedInAs('Viewer'));
});
afterAll(() => server.close());

type Header = readonly [name: string, value: string];

/** The status line's number and the road, of a request as its bytes are. */
const send = (path: string, headers: readonly Header[], method = 'GET') =>
  new Promise<{ status: number; road: string }>((resolve, reject) => {
    let answer = '';
    const lines = [...headers, ['connection', 'close']].map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1')),
    );
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () =>
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]),
        road: /x-road: (\w+)/.exec(answer)?.[1] ?? 'short',
      }),
    );
  });

const host: Header = ['Host', 'localhost'];
const session = (): Header => ['Cookie', cookie];

describe('by both roads', () => {
  const path = '/api/towers?limit=7';
  /** From then on it is answered by the short road. */
  beforeAll(async () => {
    for (let time = 0; time < 2; time++) await send(path, [host, session()]);
    expect(await send(path, [host, session()])).toEqual({ status: 200, road: 'short' });
  });

  const refused: [what: string, status: number, headers: () => Header[]][] = [
    ['two hosts, ours first', 400, () => [host, ['host', 'evil.example'], session()]],
    ['two hosts, ours last', 400, () => [['HOST', 'evil.example'], host, session()]],
    ['our host twice', 400, () => [host, host, session()]],
    ['a foreign host', 421, () => [['Host', 'evil.example'], session()]],
    ['a number that is not this machine', 421, () => [['Host', '10.1.2.3:5000'], session()]],
    ['cookies that are too long', 431, () => [host, ['Cookie', `${cookie}; junk=${'x'.repeat(8_000)}`]]],
    ['too long cookies in two headers', 431, () => [host, session(), ['Cookie', `junk=${'x'.repeat(7_999)}`]]],
    ['two keys', 400, () => [host, ['Authorization', 'Bearer a'], ['Authorization', 'Bearer b']]],
  ];
  test.each(refused)('%s: %i', async (_what, status, headers) => {
    for (const address of [path, '/api/towers?limit=8', '/'])
      expect({ address, ...(await send(address, headers())) }).toEqual({ address, status, road: 'ordinary' });
  });

  test('cookies of other applications on this host are no reason to refuse', async () => {
    const many: Header = ['Cookie', `${cookie}; junk=${'x'.repeat(7_500)}`];
    expect(await send(path, [host, many])).toEqual({ status: 200, road: 'short' });
  });

  test.each([
    ['a byte that is no text', '/api/towers?q=%FF'],
    ['half a character', '/api/towers?q=%E2%82'],
    ['an overlong character', '/api/towers?q=%C0%AF'],
    ['broken percent-encoding', '/api/towers?q=%zz'],
    ['a name that is no text', '/api/towers?%FF=1'],
    ['bytes as they are', '/api/towers?q=\u00e2\u0082\u00ac'],
    ['a path that is no text', '/api/%FF'],
    ['NUL in the path', '/api/towers/%00'],
  ])('%s in an address: 400, also the second time', async (_what, address) => {
    for (let time = 0; time < 3; time++) expect((await send(address, [host, session()])).status).toBe(400);
  });

  test('an address may be long, but not too long', async () => {
    const long = (length: number) => '/api/towers?q='.padEnd(length, 'x');
    expect((await send(long(8_000), [host, session()])).status).toBe(422);
    expect((await send(long(8_001), [host, session()])).status).toBe(414);
  });
});

describe.each(['/livez', '/readyz', '/health'])('%s', (path) => {
  test('is answered by name and by number, and not under the name of another site', async () => {
    for (const value of ['localhost:5000', '10.1.2.3:5000', '[fd00::1]:5000'])
      expect((await send(path, [['Host', value]])).status).toBe(200);
    for (const value of ['evil.example', '10.1.2.3.evil.example', ''])
      expect((await send(path, [['Host', value]])).status).toBe(421);
    expect((await send(path, [host, host])).status).toBe(400);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('takes no %s', async (method) => {
    expect((await send(path, [['Host', '10.1.2.3']], method)).status).toBe(405);
  });
});

test('probes and figures have the limits that everything has; being alive has none', async () => {
  // A Redis would count what other tests asked for from this address in the same minute.
  const instance = await startInstance({ RATE_LIMIT_PER_ADDRESS: '200', REDIS_URL: '' });
  try {
    const statuses = async (url: string, count: number) =>
      new Set(await Promise.all(Array.from({ length: count }, async () => (await fetch(url)).status)));
    const metrics = async (init: RequestInit, path = '/metrics') =>
      (await fetch(new URL(path, instance.metricsUrl), init)).status;
    expect(await metrics({})).toBe(200);
    expect(await metrics({ method: 'POST' })).toBe(405);
    expect(await metrics({}, '/other')).toBe(404);
    expect(await statuses(`${instance.url}/health`, 200)).toContain(429);
    expect(await statuses(`${instance.url}/readyz`, 1)).toEqual(new Set([429]));
    expect(await metrics({})).toBe(429);
    expect(await statuses(`${instance.url}/livez`, 50)).toEqual(new Set([200]));
  } finally {
    await instance.stop();
  }
});
