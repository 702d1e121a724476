import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, test } from 'vitest';
import { poster } from './outside.service.ts';

/** Where connections go, and that they end. TLS with a real certificate is in webhook-deliveries.test. */
let server: Server | undefined;
let connections = 0;
afterEach(() => server?.close());

/** Takes connections and says nothing. */
async function silentServer() {
  connections = 0;
  server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => undefined).on('end', () => socket.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
const never = new AbortController().signal;
const to = (address: string) => [address, {}, '{}', never] as const;

describe('a name', () => {
  test('that leads inside is refused before anything is sent', async () => {
    const port = await silentServer();
    await expect(poster('')(...to(`https://localhost:${port}/`))).rejects.toThrow('is not on the internet');
    expect(connections).toBe(0);
  });

  test.each(['https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/', 'https://[::1]/'])(
    'that is a number in disguise, too: %s',
    (address) => expect(poster('')(...to(address))).rejects.toThrow('is not on the internet'),
  );

  test('of which one address leads inside is refused as a whole', async () => {
    const resolve = () => Promise.resolve(['1.1.1.1', '10.0.0.1'].map((address) => ({ address, family: 4 })));
    await expect(poster('', { resolve })(...to('https://both.invalid/'))).rejects.toThrow('10.0.0.1 is not on');
  });

  test('is asked once: what it says afterwards leads nowhere', async () => {
    const port = await silentServer();
    let asked = 0;
    const resolve = () => {
      asked += 1;
      return Promise.resolve([{ address: asked === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }]);
    };
    // No name server knows it, so the connection goes to the address that was checked.
    const post = poster('127.0.0.1/32', { resolve, withinMs: 300 });
    await expect(post(...to(`https://rebound.invalid:${port}/`))).rejects.toThrow('no answer within 0.3 seconds');
    expect({ asked, connections }).toEqual({ asked: 1, connections: 1 });
  });
});

test('who does not answer is left in time, whatever garbage is collected meanwhile', async () => {
  const port = await silentServer();
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const posting = poster('127.0.0.1/32', { withinMs: 400 })(...to(`https://127.0.0.1:${port}/`));
  const collecting = setInterval(collect, 20);
  const outcome = await Promise.race([posting.catch(String), sleep(3_000, 'nothing ended it')]);
  clearInterval(collecting);
  expect(outcome).toContain('no answer within 0.4 seconds');
});

test('who stops meanwhile waits for nothing', async () => {
  const port = await silentServer();
  const stopping = new AbortController();
  const posting = poster('127.0.0.1/32')(`https://127.0.0.1:${port}/`, {}, '{}', stopping.signal);
  await expect.poll(() => connections).toBe(1);
  stopping.abort();
  await expect(posting).rejects.toThrow();
});
