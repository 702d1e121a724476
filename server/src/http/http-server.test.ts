import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createYear, signedInAs } from '../../test/factories/index.ts';
import { createApp } from '../app.ts';
import { database } from '../database/database.ts';
import { httpServer, patience } from './http-server.ts';

test('the server is as patient as proxies expect', () => {
  const server = httpServer(() => undefined);
  expect(server).toMatchObject({ keepAliveTimeout: 75_000, headersTimeout: 20_000, requestTimeout: 60_000 });
  expect(patience.connectionsCheckingInterval).toBeLessThanOrEqual(5_000);
  server.close();
});

describe('with less patience', () => {
  const app = createApp();
  beforeAll(() => createYear());
  let server: ReturnType<typeof httpServer>;
  let socket: Socket;
  let received = '';
  let closed = false;

  const listen = async (times: Partial<typeof patience>) => {
    server = httpServer((...call) => void app(...call), { ...patience, connectionsCheckingInterval: 20, ...times });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    received = '';
    closed = false;
    socket.on('data', (bytes) => (received += bytes.toString()));
    socket.on('error', () => undefined); // what is sent into a connection that was cut
    socket.on('close', () => (closed = true));
  };
  afterEach(async () => {
    socket.destroy();
    await expect.poll(() => closed).toBe(true);
    server.closeAllConnections();
    server.close();
  });

  const openConnections = () =>
    new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  /** One piece every 20 ms, until it is cut. */
  const drip = async (piece: string) => {
    while (!closed) {
      if (socket.writable) socket.write(piece);
      await sleep(20);
    }
  };
  const headersOf = (fields: Record<string, string>) =>
    Object.entries({ host: 'localhost', ...fields })
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
  const get = `GET /livez HTTP/1.1\r\n${headersOf({})}\r\n`;
  const answers = () => received.match(/HTTP\/1\.1 \d+/g) ?? [];

  test('headers that never end are cut', async () => {
    await listen({ headersTimeout: 300, requestTimeout: 60_000 });
    socket.write('GET /livez HTTP/1.1\r\n');
    await drip('x-slow: yes\r\n');
    expect(answers()).toEqual(['HTTP/1.1 408']);
    await expect.poll(openConnections).toBe(0);
  });

  test('a body that drips is cut, and nothing of it is kept', async () => {
    const editor = await signedInAs('Editor');
    await listen({ headersTimeout: 300, requestTimeout: 600 });
    const before = await database.service.count();
    const headers = headersOf({ ...editor, 'content-type': 'application/json', 'content-length': '10000' });
    socket.write(`POST /api/services HTTP/1.1\r\n${headers}\r\n{"uid":"SLOW-1"}`);
    await drip(' ');
    expect(answers()).toEqual(['HTTP/1.1 408']);
    await expect.poll(openConnections).toBe(0);
    expect(await database.service.count()).toBe(before);
    // The server goes on with everybody else.
    const { port } = server.address() as AddressInfo;
    expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200);
  });

  test('a body that takes its time, but ends, is answered', async () => {
    const editor = await signedInAs('Editor');
    await listen({ headersTimeout: 10_000, requestTimeout: 20_000 });
    const body = '{"uid":"SLOW-2"}';
    const headers = headersOf({ ...editor, 'content-type': 'application/json', 'content-length': String(body.length) });
    socket.write(`POST /api/services HTTP/1.1\r\n${headers}\r\n`);
    for (const letter of body) {
      socket.write(letter);
      await sleep(20);
    }
    await expect.poll(answers).toEqual(['HTTP/1.1 201']);
  });

  test('an idle connection is used again just before its end, and closed after it', async () => {
    await listen({ keepAliveTimeout: 3_000 });
    socket.write(get);
    await expect.poll(answers).toHaveLength(1);
    await sleep(2_000);
    socket.write(get);
    await expect.poll(answers).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200']);
    expect(closed).toBe(false);
    await expect.poll(() => closed).toBe(true);
    await expect.poll(openConnections).toBe(0);
  });
});
