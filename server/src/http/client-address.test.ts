import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => vi.unstubAllEnvs());

test.each([
  [0, '1.1.1.1, 2.2.2.2', '127.0.0.1'],
  [1, '1.1.1.1, 2.2.2.2', '2.2.2.2'],
  [2, '1.1.1.1, 2.2.2.2', '1.1.1.1'],
  [2, '9.9.9.9, 1.1.1.1, 2.2.2.2', '1.1.1.1'],
  [3, '1.1.1.1', '1.1.1.1'],
  [1, '', '127.0.0.1'],
])('behind %i proxies of ours, "%s" came from %s', async (hops, forwarded, address) => {
  vi.resetModules();
  vi.stubEnv('TRUST_PROXY', String(hops));
  const { clientAddress } = await import('./client-address.ts');
  const request = new IncomingMessage(new Socket());
  Object.defineProperty(request.socket, 'remoteAddress', { value: '127.0.0.1' });
  if (forwarded) request.headers['x-forwarded-for'] = forwarded;
  expect(clientAddress(request)).toBe(address);
});
