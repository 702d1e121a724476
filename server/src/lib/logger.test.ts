import { Writable } from 'node:stream';
import type { NewApiKey } from '@opex/contracts/api-keys';
import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import winston from 'winston';
import { createUser, createYear, password, sessionOf, signedInAs } from '../../test/factories/index.ts';
import { createApp } from '../app.ts';
import { logger } from './logger.ts';

const lines: string[] = [];
const capture = new winston.transports.Stream({
  stream: new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  }),
});
const { silent, level } = logger;

beforeAll(async () => {
  await createYear();
  for (const transport of logger.transports) transport.silent = true;
  logger.add(capture);
  // Lines of requests go there by themselves.
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(...String(text).split('\n').filter(Boolean));
    return true;
  });
  logger.silent = false;
  logger.level = 'debug';
});
afterAll(() => {
  vi.restoreAllMocks();
  logger.remove(capture);
  Object.assign(logger, { silent, level });
});
afterEach(() => {
  lines.length = 0;
});

const entries = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);

describe('the log', () => {
  test('says of each request its route, status, time and id, one line of JSON each', async () => {
    const api = request(createApp());
    await api
      .get('/api/budgets/1?fy=FY26')
      .set(await signedInAs('Viewer'))
      .set('x-request-id', 'my-id')
      .expect(404);
    await vi.waitFor(() => expect(lines.join()).toContain('Answered'));
    const [entry] = entries().filter(({ message }) => message === 'Answered');
    expect(entry).toMatchObject({
      level: 'info',
      method: 'GET',
      route: '/api/budgets/:id',
      status: 404,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      givenId: 'my-id',
      milliseconds: expect.any(Number),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
  });

  test('holds no secret of anything that people and programs do', async () => {
    const api = request(createApp());
    const secrets: string[] = [password, 'the next long password', 'a wrong password'];
    const user = await createUser('Admin');
    await api.post('/api/auth/sign-in').send({ email: user.email, password: 'a wrong password' }).expect(401);
    const signedIn = await api.post('/api/auth/sign-in').send({ email: user.email, password }).expect(200);
    const cookie = (signedIn.headers['set-cookie'] as unknown as string[])[0]?.split(';')[0] ?? '';
    const session = { cookie, 'x-csrf-token': signedIn.body.csrfToken as string };
    secrets.push(cookie.split('=')[1] ?? '', session['x-csrf-token']);
    const key = await api
      .post('/api/api-keys')
      .set(session)
      .send({ name: 'Key', permissions: ['budgets.view'], expiresInDays: 1 })
      .expect(201);
    const made = key.body as NewApiKey;
    secrets.push(made.key);
    await api
      .get('/api/budgets')
      .set({ authorization: `Bearer ${made.key}` })
      .expect(200);
    await api.get(`/api/budgets?key=${made.key}`).set(session).expect(400);
    await api.get(`/api/${made.key}`).expect(400);
    const added = await api
      .post('/api/users')
      .set(session)
      .send({ email: 'new@example.com', name: 'New', role: 'Viewer', entityIds: null })
      .expect(201);
    const reset = await api
      .post(`/api/users/${String(added.body.id)}/password`)
      .set(session)
      .expect(200);
    secrets.push(added.body.temporaryPassword, reset.body.temporaryPassword);
    await api
      .post('/api/auth/password')
      .set(session)
      .send({ current: password, next: 'the next long password' })
      .expect(200);
    await api
      .post('/api/auth/sign-in')
      .set('content-type', 'application/json')
      .send(`{"password":"${password}",`)
      .expect(400);

    await vi.waitFor(() => expect(lines.length).toBeGreaterThan(8));
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10);
      expect(lines.join('')).not.toContain(secret);
    }
  });

  test('takes secrets out of whatever it is given, however deep', () => {
    const secret = 'a-secret-word';
    const error = Object.assign(new Error('No'), {
      code: 'E1',
      password: secret,
      request: { headers: { cookie: secret } },
    });
    logger.error('Failed', {
      error,
      headers: { authorization: secret, Cookie: secret, 'set-cookie': [secret], 'x-csrf-token': secret },
      body: {
        password: secret,
        list: [{ newPassword: secret, passwordHash: secret, token_hash: secret, key: secret }],
      },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain(secret);
    expect(entries()[0]).toMatchObject({ message: 'Failed', error: { name: 'Error', message: 'No', code: 'E1' } });
    expect(lines[0]?.match(/\[redacted\]/g)).toHaveLength(9);
  });

  test('tells of the causes of an error, and of who was asked', () => {
    logger.warn('Failed', { error: new Error('outer', { cause: new TypeError('inner') }) });
    expect(entries()[0]).toMatchObject({
      error: { message: 'outer', stack: expect.any(String), cause: { name: 'TypeError', message: 'inner' } },
    });
  });

  test.each(['\n', '\r\n', '\u2028', '\u001b[2K', '\0'])('cannot be made to hold a forged line by %j', (separator) => {
    const forged = `harmless${separator}{"level":"error","message":"forged"}`;
    logger.warn(forged, { [forged]: forged, error: new Error(forged) });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toMatch(/[\n\r\0\u001b]/);
    expect(entries()[0]).toMatchObject({ level: 'warn', message: forged });
  });

  test('shows no line of what came in a header, an address or a name', async () => {
    const api = request(createApp());
    const session = await sessionOf((await createUser('Admin')).id);
    await api
      .get('/api/nothing%0A%7B%22message%22%3A%22forged%22%7D')
      .set(session)
      .set('user-agent', 'x"}{"message":"forged"');
    await api.post('/api/towers').set(session).send({ name: 'a"}{"message":"forged"}' }).expect(201);
    for (const entry of entries()) expect(entry['message']).not.toBe('forged');
    expect(lines.join('')).not.toContain('forged');
  });
});
