import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from '../../../test/harness/server.ts';
import { createService, createYear, signedInAs } from '../../../test/factories/index.ts';
import { expectProblem } from '../../../test/harness/problems.ts';
import { createApp } from '../../app.ts';

const app = createApp();
const api = request(app);
let session: Awaited<ReturnType<typeof signedInAs>>;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  await createYear();
  session = await signedInAs('Admin');
  server = await startServer(app);
});
afterAll(() => server.close());

/** Bytes as they are, for what no client would send; the answer as it comes. */
const raw = (bytes: string) =>
  new Promise<string>((resolve, reject) => {
    let answer = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (data) => {
      answer += data.toString('latin1');
      socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

const post = (body: string, type = 'application/json') =>
  api.post('/api/towers').set(session).set('content-type', type).serialize(String).send(body);
const postBytes = (bytes: Buffer, headers: Record<string, string> = {}) => {
  const call = api.post('/api/towers').set(session).set('content-type', 'application/json').set(headers);
  call.write(bytes);
  return call;
};

describe('a body that cannot be read', () => {
  test.each([
    ['truncated', '{"name": "Tow'],
    ['with a comma too many', '{"name": "Tower",}'],
    ['a bare text', '"Tower"'],
    ['a bare number', '5'],
    ['null', 'null'],
    ['not JSON at all', 'name=Tower'],
    ['with one field twice', '{"name":"Tower","name":"Other"}'],
    ['with one field twice, once in disguise', String.raw`{"name":"Tower","\u006eame":"Other"}`],
    ['with one field twice further in', '{"name":{"a":[{"b":1,"c":{},"b":2}]}}'],
    ['40 000 lists in each other', '['.repeat(40_000) + ']'.repeat(40_000)],
    ['40 000 objects in each other', '{"a":'.repeat(15_000) + '1' + '}'.repeat(15_000)],
  ])('is refused: %s', async (_what, body) => {
    expectProblem(await post(body), 400);
  });

  test.each([
    ['with a byte order mark', Buffer.from('\ufeff{"name":"Tower"}')],
    ['empty', Buffer.alloc(0)],
    ['in UTF-16', Buffer.from('{"name":"Tower"}', 'utf16le')],
    ['in Latin-1', Buffer.from('{"name":"Café"}', 'latin1')],
    ['with half a character', Buffer.from('{"name":"Tower \u20ac"}').fill(0x20, 16, 17)],
    ['with a surrogate as bytes', Buffer.from('7b226e616d65223a2254eda080227d', 'hex')],
  ])('is refused: %s', async (_what, bytes) => {
    expectProblem(await postBytes(bytes), 400);
  });

  test.each([
    'text/plain',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json5',
    '',
  ])('is refused as %j', async (type) => {
    expectProblem(await post('{"name":"Tower"}', type), 415);
  });

  test.each(['application/json', 'Application/JSON; charset=UTF-8', 'application/json;charset="utf-8"'])(
    'is read as %s',
    async (type) => {
      await post(`{"name":"Tower ${Math.random()}"}`, type).expect(201);
    },
  );

  test('is not refused for what only looks like a repeated field', async () => {
    const body = JSON.stringify({ name: '","name":"x":{[' });
    await post(body).expect(201);
    expectProblem(await post('{"name":[{"a":1},{"a":1}]}'), 422);
  });

  test('is refused in an unknown coding or broken in a known one', async () => {
    expectProblem(await postBytes(Buffer.from('{}'), { 'content-encoding': 'zip' }), 415);
    expectProblem(await postBytes(Buffer.from('{}'), { 'content-encoding': 'gzip' }), 400);
  });

  test('is refused when too large, also when only after inflating', async () => {
    const large = JSON.stringify({ name: 'x'.repeat(110_000) });
    expectProblem(await post(large), 413);
    const small = gzipSync(large);
    expect(small.length).toBeLessThan(1_000);
    expectProblem(await postBytes(small, { 'content-encoding': 'gzip' }), 413);
  });

  test('may be larger where many rows are changed at once, and has its limit there too', async () => {
    const block = (size: number) =>
      api
        .patch('/api/budgets?fy=FY26')
        .set(session)
        .send({ changes: [{ id: 1, version: 1, description: 'x'.repeat(size) }] });
    expectProblem(await block(900_000), 422);
    expectProblem(await block(1_100_000), 413);
  });
});

describe('fields that are not what they should be', () => {
  test.each([
    ['an unknown field', '{"name":"T","admin":true}', '/admin'],
    ['a field of another type', '{"name":5}', '/name'],
    ['an operator for a text', '{"name":{"contains":""}}', '/name'],
    ['a missing field', '{}', '/name'],
    ['__proto__', '{"name":"T","__proto__":{"admin":true}}', '/__proto__'],
    ['NUL', String.raw`{"name":"a\u0000b"}`, '/name'],
    ['half a character', String.raw`{"name":"a\ud800b"}`, '/name'],
    ['a change of direction', '{"name":"a\u202eb"}', '/name'],
    ['a character without width', '{"name":"a\u200bb"}', '/name'],
    ['a list', '[]', '/'],
  ])('are named: %s', async (_what, body, pointer) => {
    const { errors } = expectProblem(await post(body), 422);
    expect(errors?.[0]?.pointer).toBe(pointer);
    expect(errors?.[0]?.message).not.toBe('');
  });

  test('are stored and answered as text when they look like code', async () => {
    const name = `<script>alert(1)</script>{{7*7}}\${7*7}'; DROP TABLE towers; --`;
    const { body } = await post(JSON.stringify({ name })).expect(201);
    expect(body.name).toBe(name);
  });
});

describe('an address', () => {
  test.each(['/api/nothing', '/api', '/api/budgets/1/nothing', '/api/v1/budgets', '/nothing.js', '/assets/nothing.js'])(
    '%s that is none answers 404',
    async (address) => {
      expectProblem(await api.get(address).set(session), 404);
    },
  );

  test.each([
    '0',
    '-1',
    '9223372036854775808',
    '2147483648',
    '0x1',
    '1e3',
    '1.0',
    '01',
    '+1',
    ' 1',
    'NaN',
    '१',
    "1'--",
    '__proto__',
  ])('with the id %j names nothing', async (id) => {
    expectProblem(await api.get(`/api/budgets/${encodeURIComponent(id)}?fy=FY26`).set(session), 404);
  });

  test.each(['/api/budgets/%00', '/api/budgets/%zz', '/api/%', '/%c0%af', '/api/no%00thing', '/%E0%A4%A'])(
    '%s that cannot be read answers 400',
    async (address) => {
      expectProblem(await api.get(address).set(session), 400);
    },
  );

  test.each([
    ['/api/budgets', 'put', 'GET, HEAD, PATCH'],
    ['/api/budgets/1', 'delete', 'GET, HEAD, PATCH'],
    ['/api/auth/sign-in', 'get', 'POST'],
    ['/api/towers/1/merge', 'get', 'POST'],
    ['/', 'post', 'GET, HEAD'],
    ['/api/budgets', 'trace', 'GET, HEAD, PATCH'],
    ['/', 'trace', 'GET, HEAD'],
  ] as const)('%s answers 405 to %s and says what it takes', async (address, method, allow) => {
    const response = await api[method](address).set(session);
    expectProblem(response, 405);
    expect(response.headers['allow']?.split(', ').sort()).toEqual(allow.split(', '));
  });

  test('of a read also answers HEAD, with no body', async () => {
    const { text, headers } = await api.head('/api/fiscal-years').set(session).expect(200);
    expect(text || '').toBe('');
    expect(headers['content-type']).toMatch(/json/);
  });

  test.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'x@localhost',
    '[::2]',
  ])('at the host %s is not answered', async (host) => {
    expectProblem(await api.get('/api/budgets').set(session).set('host', host), 421);
    expectProblem(await api.get('/').set('host', host), 421);
  });

  test('without a host is not answered', async () => {
    expect(await raw('GET /api/budgets HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  });

  test('with a query where none belongs, or a repeated parameter, answers 422', async () => {
    expectProblem(await api.get('/api/roles?x=1').set(session), 422);
    expectProblem(await api.get('/api/search?q=a&q=b').set(session), 422);
    expectProblem(await api.get('/api/search?q[contains]=a').set(session), 422);
    expectProblem(await api.get('/api/search?__proto__=a&q=a').set(session), 422);
  });
});

describe('every answer', () => {
  test('carries the id that the request gave itself', async () => {
    await api.get('/api/roles').set(session).set('x-request-id', 'my-id_1').expect('x-request-id', 'my-id_1');
  });

  test.each(['', 'with blank', '<script>', 'x'.repeat(65), 'a"b', 'ü'])(
    'carries a new id instead of %j',
    async (id) => {
      const { headers } = await api.get('/api/roles').set(session).set('x-request-id', id);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  test.each(['a\n b', 'a\r\n b', 'a\r\n\tb', 'a\rb', 'a\0b'])(
    'carries no line break of the request id %j',
    async (id) => {
      const answer = await raw(`GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: ${id}\r\n\r\n`);
      const given = /x-request-id: (.*)\r\n/i.exec(answer)?.[1];
      expect(given ?? 'refused').toMatch(/^([0-9a-f-]{36}|refused)$/);
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400) /);
    },
  );

  test('has the headers that keep browsers from guessing and framing', async () => {
    for (const address of ['/api/roles', '/api/nothing', '/livez']) {
      const { headers } = await api.get(address).set(session);
      expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
      expect(headers['content-security-policy']).toMatch(/frame-ancestors 'none'/);
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  test('to a change of a version needs If-Match', async () => {
    const { id } = await createService();
    expectProblem(await api.patch(`/api/budgets/${id}?fy=FY26`).set(session).send({ owner: 'A' }), 428);
    const stale = await api
      .patch(`/api/budgets/${id}?fy=FY26`)
      .set(session)
      .set('if-match', '"v9"')
      .send({ owner: 'A' });
    expectProblem(stale, 412);
    expect(stale.headers['etag']).toBe('"v1"');
  });

  test.each(['', 'x'.repeat(256), 'with blank', 'ü'])('to the Idempotency-Key %j is 400', async (key) => {
    const call = api.post('/api/services').set(session).set('idempotency-key', key).send({ uid: 'A' });
    expectProblem(await call, 400);
  });
});
