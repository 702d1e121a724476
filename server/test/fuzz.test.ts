import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { problem } from '@opex/contracts/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../src/app.ts';
import { registry } from '../src/lib/metrics.ts';
import { startServer } from './harness/server.ts';
import {
  createEntity,
  createKey,
  createService,
  createTower,
  createUser,
  createVendor,
  createYear,
  everyMonth,
  sessionOf,
  signedInAs,
} from './factories/index.ts';
import { type Fuzzed, operations, requestOf } from './fuzz-requests.ts';

/** Always the same requests. FUZZ_SEED=7 FUZZ_TIMES=10 makes others, and more of them. */
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const times = Number(process.env['FUZZ_TIMES'] ?? 1);
const app = createApp();
const agent = new Agent({ keepAlive: true, maxSockets: 6 });
let server: Awaited<ReturnType<typeof startServer>>;
let admin: Awaited<ReturnType<typeof signedInAs>>;
let adminId = 0;

beforeAll(async () => {
  server = await startServer(app);
  const user = await createUser('Admin');
  adminId = user.id;
  admin = await sessionOf(user.id);
  // A second one, so that nothing is refused for being the last.
  await createUser('Admin');
  await createYear('FY25');
  const year = await createYear('FY26');
  const [one, two] = [await createEntity(), await createEntity()];
  const key = await createKey([
    [one.id, '60'],
    [two.id, '40'],
  ]);
  await Promise.all([createTower(), createTower(), createVendor(), createVendor()]);
  for (let index = 0; index < 6; index++)
    await createService(
      index % 2 ? { entityId: one.id } : { serviceType: 'Shared', budgetKeyId: key.id, actualKeyId: key.id },
      {
        planId: year.planId,
        months: everyMonth('1000.00'),
      },
    );
});
afterAll(async () => {
  agent.destroy();
  await server.close();
});

type Answer = { status: number; type: string; text: string };

const decoders: Record<string, (bytes: Buffer) => Buffer> = { gzip: gunzipSync, br: brotliDecompressSync };

const ask = ({ method, path, headers, body }: Fuzzed) =>
  new Promise<Answer>((resolve, reject) => {
    const call = httpRequest({
      agent,
      port: server.port,
      host: '127.0.0.1',
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers, ...admin },
    });
    call.on('response', (response) => {
      const answer = { status: response.statusCode ?? 0, type: String(response.headers['content-type']), text: '' };
      if (answer.type.startsWith('text/event-stream')) {
        response.destroy();
        resolve(answer);
        return;
      }
      const chunks: Buffer[] = [];
      response.on('data', (data: Buffer) => chunks.push(data));
      response.on('end', () => {
        const decode = decoders[response.headers['content-encoding'] ?? ''] ?? ((bytes: Buffer) => bytes);
        resolve({ ...answer, text: decode(Buffer.concat(chunks)).toString() });
      });
    });
    call.on('error', reject);
    call.end(body);
  });

const strictProblem = z.strictObject(problem.shape);
/** What is wrong with an answer; undefined when it is as promised. */
function faultOf({ status, type, text }: Answer, mayBeNobody: boolean): string | undefined {
  if (status >= 500 || status < 200 || ([401, 429].includes(status) && !mayBeNobody)) return `answered ${status}`;
  if (status < 400) return undefined;
  if (!type.startsWith('application/problem+json')) return `an error as ${type}`;
  if (!strictProblem.safeParse(JSON.parse(text)).success) return `not a problem: ${text.slice(0, 200)}`;
  return /node_modules|\.[tj]s:\d|\bat \w+ \(|prisma|invocation/i.test(text)
    ? `internals: ${text.slice(0, 300)}`
    : undefined;
}

describe('anything that is sent to an endpoint', () => {
  const seen: number[] = [];

  test.each(operations.map(({ method, path, operation }) => [method, path, operation] as const))(
    'gets an answer that says what was wrong: %s %s',
    async (method, path, operation) => {
      const isOwn = (sent: string) =>
        path.startsWith('/users/') &&
        sent.startsWith(`/api/users/${adminId}`) &&
        !new RegExp(`^/api/users/${adminId}\\d`).test(sent);
      const numRuns =
        operation.requestBody || operation.parameters?.some((parameter) => parameter.in === 'query') ? 60 : 25;
      // A profile takes as long as is asked for.
      const isLong = path.endsWith('-profile');
      const requests = fc
        .sample(requestOf(path, method, operation), { seed, numRuns: isLong ? 2 : numRuns * times })
        .filter((sent) => !isOwn(sent.path));
      const faults: unknown[] = [];
      await Promise.all(
        Array.from({ length: 6 }, async (_, worker) => {
          for (let at = worker; at < requests.length; at += 6) {
            const answer = await ask(requests[at]!);
            seen.push(answer.status);
            const fault = faultOf(answer, path === '/auth/sign-in');
            if (fault) faults.push({ fault, ...requests[at]!, text: answer.text.slice(0, 300) });
          }
        }),
      );
      expect(faults).toEqual([]);
    },
  );

  test('was often enough right to get further than the first check', () => {
    const share = (from: number, to: number) => seen.filter((status) => status >= from && status < to).length;
    expect(seen.length).toBeGreaterThan(2_000);
    expect(share(200, 300)).toBeGreaterThan(300);
    expect(share(422, 423)).toBeGreaterThan(300);
    for (const status of [200, 201, 204, 400, 404, 409, 412, 415, 422])
      expect(seen, `no ${status} at all`).toContain(status);
  });

  test('leaves the audit chain whole and the session alive', async () => {
    const { status, text } = await ask({ method: 'GET', path: '/api/audit/verify', headers: {}, body: undefined });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ intact: true });
  });
});

test('ten thousand random addresses add no series to the metrics', async () => {
  const random = fc.sample(
    fc.tuple(fc.constantFrom('GET', 'POST', 'DELETE', 'HEAD'), fc.boolean(), fc.stringMatching(/^[a-z0-9/.]{1,30}$/)),
    { seed, numRuns: 10_000 },
  );
  const known = random.slice(0, 200);
  const send = (calls: typeof random) =>
    new Promise<number>((resolve, reject) => {
      let answers = 0;
      const socket = connect(server.port, '127.0.0.1');
      socket.setEncoding('latin1');
      socket.on('data', (data: string) => (answers += data.match(/HTTP\/1\.1 \d{3} /g)?.length ?? 0));
      socket.on('error', reject);
      socket.on('close', () => resolve(answers));
      calls.forEach(([method, inApi, path], index) => {
        const last = index === calls.length - 1 ? 'Connection: close\r\n' : '';
        socket.write(`${method} ${inApi ? '/api' : ''}/zz${path} HTTP/1.1\r\nHost: localhost\r\n${last}\r\n`);
      });
    });
  const series = async () =>
    (await registry.getMetricsAsJSON())
      .filter(({ name }) => name.startsWith('http_'))
      .flatMap(({ name, values }) => values.map(({ labels }) => `${name}${JSON.stringify(labels)}`));
  await send(known);
  const before = await series();

  expect(await send(random.slice(200))).toBeGreaterThan(9_700);

  const after = await series();
  expect(after.length - before.length).toBeLessThan(40);
  expect(after.filter((labels) => labels.includes('/zz'))).toEqual([]);
});
