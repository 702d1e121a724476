import type { Endpoint } from '@opex/contracts/endpoint';
import { granted, permissions, roles } from '@opex/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { served } from '../src/http/serve.ts';
import { startServer } from './harness/server.ts';
import { createUser, sessionOf } from './factories/index.ts';
import { addresses, everyone, type Least, mayBe, nameOf } from './harness/addresses.ts';

const app = createApp();
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer(app);
});
afterAll(() => server.close());

describe('access by role', () => {
  test('has an entry in addresses/ for every endpoint, and no entry for anything else', () => {
    expect(served.map(nameOf).sort()).toEqual(Object.keys(addresses).sort());
  });

  test('is what the contracts say', () => {
    for (const endpoint of served) {
      const { permission } = endpoint;
      for (const who of everyone) {
        const allowed =
          permission === 'public' ||
          (who !== 'nobody' &&
            (permission === 'signed-in' || permission === 'session' || granted[who].includes(permission)));
        expect([nameOf(endpoint), who, allowed]).toEqual([nameOf(endpoint), who, mayBe(nameOf(endpoint), who)]);
      }
    }
  });

  test('has no permission that opens nothing, and none that nobody has', () => {
    // Months that are being closed are changed at the addresses of all months.
    const used = new Set<string>([...served.map(({ permission }) => permission), 'soft-months.edit']);
    expect(permissions.filter((permission) => !used.has(permission))).toEqual([]);
    expect(granted.Admin).toEqual(permissions);
  });

  test('has no way around it: every address below /api is an endpoint, or documentation', () => {
    const open = ['GET /openapi.json', 'GET /docs', 'GET /docs/swagger-ui.css', 'GET /docs/swagger-ui-bundle.js'];
    const found = routesOf(apiRouter()).filter((name) => !open.includes(name));
    // The limit of sign-ins stands at its address, before the endpoint.
    expect([...new Set(found)].sort()).toEqual(Object.keys(addresses).sort());
  });

  const people = new Map<Least, number>();
  beforeAll(async () => {
    for (const role of roles) people.set(role, (await createUser(role)).id);
  });

  /** Asks for something that does not exist, in words that mean nothing: only the permission can say 401 or 403. */
  async function statusFor({ method, path }: Endpoint, headers: Record<string, string>) {
    const ends = new AbortController();
    const response = await fetch(`${server.origin}/api${path.replace(/:\w+/g, '2000000000')}`, {
      method: method.toUpperCase(),
      headers: { ...headers, 'content-type': 'application/json', 'if-match': '"v1"' },
      ...(method !== 'get' && { body: '{"nothing":true}' }),
      signal: ends.signal,
    });
    ends.abort();
    return response.status;
  }

  test.each(served.map((endpoint) => [nameOf(endpoint), endpoint] as const))('%s', async (name, endpoint) => {
    const answers: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const who of everyone) {
      const headers = who === 'nobody' ? {} : await sessionOf(people.get(who)!);
      const status = await statusFor(endpoint, headers);
      expect(status, `${name} as ${who}`).toBeLessThan(500);
      answers[who] = status === 401 || status === 403 ? String(status) : 'allowed';
      expected[who] = mayBe(name, who) ? 'allowed' : who === 'nobody' ? '401' : '403';
    }
    expect(answers).toEqual(expected);
  });
});

type Layer = { route?: { path: string; methods: Record<string, boolean> }; handle: { stack?: Layer[] }; name: string };

const apiRouter = () =>
  (app as unknown as { router: { stack: Layer[] } }).router.stack.find(
    ({ handle }) => handle.stack && routesOf(handle.stack).length > 40,
  )?.handle.stack ?? [];

const routesOf = (stack: Layer[]): string[] =>
  stack.flatMap(({ route, handle }) =>
    route
      ? Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${route.path}`)
      : routesOf(handle.stack ?? []),
  );
