import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc, { type Arbitrary } from 'fast-check';
import { problem } from '@opex/contracts/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApp } from '../src/app.ts';
import { registry } from '../src/lib/metrics.ts';
import { openApi } from '../src/features/docs/docs.service.ts';
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

/** Always the same requests; others, and more of them, when somebody goes looking: FUZZ_SEED=7 FUZZ_TIMES=10. */
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

type Schema = {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  pattern?: string;
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
};
type Parameter = { name: string; in: string; schema: Schema };
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};

const document = openApi() as unknown as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
/** What would end the session that asks, or change its password. */
const skipped = ['postAuthSignOut', 'deleteAuthSessions', 'deleteAuthSessionsId', 'postAuthPassword'];
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => !skipped.includes(operationId))
    .map(([method, operation]) => ({ path, method, operation })),
);

const oddTexts = [
  '',
  ' ',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e400',
  'NaN',
  'Infinity',
  '0x1',
  '2147483647',
  '2147483648',
  '9223372036854775808',
  '1,2,3',
  ',',
  'null',
  'true',
  'undefined',
  '[]',
  '{}',
  '%',
  '%%',
  '_',
  '\\',
  "'",
  '"',
  "'; DROP TABLE services; --",
  '$1',
  '\0',
  'a\0b',
  '\ud800',
  '\udc00x',
  '\u202e',
  '\u200b',
  '\ufeff',
  'x'.repeat(201),
  'x'.repeat(5_000),
  '2026-02-30',
  '2026-02-28',
  '9999-12-31',
  '0000-01-01',
  '10000-01-01',
  'FY26',
  'FY25',
  'FY99',
  '-0.00',
  '1.005',
  '999999999999.99',
  '-999999999999.99',
  '1000000000000',
  '99999999999999.99',
  '0.00',
  '100000000000000',
  '__proto__',
  'constructor',
  'toString',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '👩‍👩‍👧',
  '١٢٣',
  '-id',
  'id,-id',
  'name',
  '-budget,uid',
  'uid,service,owner,tower,vendor',
  'e30.AAAAAAAAAAAAAAAAAAAAAA',
  'PLAN',
  'USD',
  'INR',
];
const oddNumbers = [
  0, -1, 1, 2, 3, 1.5, 2_147_483_647, 2_147_483_648, 9_007_199_254_740_993, -2_147_483_649, 1e308, 5e-324,
];

const oddText = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 60 }),
);
const oddValue = fc.oneof(
  fc.constantFrom<unknown>(null, true, {}, [], ...oddNumbers, ...oddTexts),
  fc.jsonValue({ maxDepth: 3 }),
  oddText,
);
const smallId = fc.integer({ min: 1, max: 8 });

/** Mostly a value that fits, so that requests get past the first check; now and then anything. */
function valueOf(schema: Schema, depth = 0): Arbitrary<unknown> {
  const fitting = fittingValue(schema, depth);
  return fc.oneof({ weight: 14, arbitrary: fitting }, { weight: 1, arbitrary: oddValue });
}

function fittingValue(schema: Schema, depth: number): Arbitrary<unknown> {
  if (schema.$ref) return fittingValue(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map((choice) => fittingValue(choice, depth)));
  const all = schema.allOf?.filter(({ pattern }) => pattern);
  if (schema.type === 'integer' || schema.type === 'number')
    return fc.oneof({ weight: 6, arbitrary: smallId }, { weight: 1, arbitrary: fc.constantFrom(...oddNumbers) });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'array') return fc.array(valueOf(schema.items ?? {}, depth + 1), { maxLength: 4 });
  if (schema.type === 'object') return objectOf(schema, depth);
  if (schema.type === 'string')
    return textOf(schema.pattern ? [schema.pattern] : (all ?? []).map(({ pattern = '' }) => pattern));
  return oddValue;
}

function objectOf({ properties = {}, additionalProperties, propertyNames }: Schema, depth: number): Arbitrary<unknown> {
  const known = Object.entries(properties).map(([name, schema]) => [name, valueOf(schema, depth + 1)] as const);
  const few = fc.subarray(known.map(([name]) => name));
  const own = fc
    .tuple(fc.record(Object.fromEntries(known)), few, fc.boolean())
    .map(([values, names, everything]) =>
      everything ? values : Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name))),
    );
  if (typeof additionalProperties !== 'object' || depth > 4) return own;
  const name = propertyNames ? (fittingValue(propertyNames, depth) as Arbitrary<string>) : oddText;
  return fc
    .tuple(own, fc.dictionary(name, valueOf(additionalProperties, depth + 1), { maxKeys: 4 }))
    .map(([one, more]) => ({ ...(one as object), ...more }));
}

/** Texts that fit the shortest pattern that can be generated from, and ordinary ones. */
const texts = new Map<string, Arbitrary<string>>();
function textOf(patterns: string[]): Arbitrary<string> {
  const key = patterns.join('\n');
  const known = texts.get(key) ?? newTextOf(patterns);
  texts.set(key, known);
  return known;
}

/** Long repetitions are cut short: they would only take time. */
const shortened = (pattern: string) => new RegExp(pattern.replace(/\{(\d),\d{2,}\}/g, '{$1,4}'));

function newTextOf(patterns: string[]): Arbitrary<string> {
  const fits: Arbitrary<string>[] = [oddText];
  for (const pattern of patterns)
    fits.push(fc.stringMatching(shortened(pattern)), fc.stringMatching(shortened(pattern)));
  return fc.oneof(
    ...fits,
    fc.string({ unit: 'grapheme-ascii', minLength: 3, maxLength: 30 }),
    fc.constantFrom('2026-01-01', '2025-04-01', '125000.00', '12.50', 'a@example.com'),
  );
}

type Fuzzed = { method: string; path: string; headers: Record<string, string>; body: string | undefined };

/** `undefined` has no JSON. */
const jsonOf = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));
const encoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());
const visible = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');

function requestOf(path: string, method: string, { parameters = [], requestBody }: Operation): Arbitrary<Fuzzed> {
  const inPath = fc.oneof(
    { weight: 8, arbitrary: smallId.map(String) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('%00', '%zz', '%c0%af', '..', '%2e%2e%2f', '%', ';', '%0a', '1%20', '0x1'),
    },
    { weight: 2, arbitrary: oddText.map(encoded) },
  );
  const queries = parameters.filter((parameter) => parameter.in === 'query');
  const pairs = queries.map(({ name, schema }) => valueOf(schema).map((value): [string, unknown] => [name, value]));
  const pair = pairs.length > 0 ? fc.oneof(...pairs) : fc.tuple(oddText, oddValue);
  const query = fc.array(
    fc.oneof({ weight: 12, arbitrary: pair }, { weight: 1, arbitrary: fc.tuple(oddText, oddValue) }),
    { maxLength: queries.length > 0 ? 4 : 1 },
  );
  const schema = requestBody?.content['application/json']?.schema;
  const json = schema ? valueOf(schema).map(jsonOf) : fc.constant(undefined);
  const body = schema
    ? fc.oneof(
        { weight: 14, arbitrary: json },
        { weight: 1, arbitrary: json.map((text) => text?.slice(0, -1)) },
        { weight: 1, arbitrary: oddText },
        { weight: 1, arbitrary: fc.json() },
      )
    : json;
  const header = fc.record(
    {
      'if-match': fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom('"v1"', '"v1"', '"v2"', '"v3"', '*') },
        { weight: 1, arbitrary: oddText.map(visible) },
      ),
      'idempotency-key': oddText.map(visible),
      'if-none-match': oddText.map(visible),
      'accept-encoding': fc.constantFrom('gzip', 'br', 'identity', '*', 'gzip;q=0, br;q=0', 'nonsense'),
      accept: fc.constantFrom('*/*', 'text/html', 'application/xml', 'nonsense'),
      'x-opex-seen': fc.constantFrom(
        'access:999999999@0/1',
        'figures:1@FFFFFFFF/FFFFFFFF',
        '@',
        'masters:1',
        'x:1@0/0',
      ),
      'last-event-id': oddText.map(visible),
      'content-type': fc.constantFrom(
        'application/json',
        'application/json',
        'application/json',
        'application/json',
        'text/plain',
        'nonsense',
      ),
      range: fc.constantFrom('bytes=0-', 'bytes=5-1', 'x'),
    },
    { requiredKeys: method === 'get' ? [] : ['if-match'] },
  );
  return fc
    .tuple(fc.array(inPath, { minLength: 2, maxLength: 2 }), query, header, body)
    .map(([ids, sent, headers, text]) => {
      let used = 0;
      const filled = path.replace(/\{\w+\}/g, () => ids[used++] ?? '1');
      const search = sent
        .map(([name, value]) => `${encoded(name)}=${encoded(typeof value === 'string' ? value : jsonOf(value))}`)
        .join('&');
      return { method: method.toUpperCase(), path: `/api${filled}${search && '?'}${search}`, headers, body: text };
    });
}

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
      const requests = fc
        .sample(requestOf(path, method, operation), { seed, numRuns: numRuns * times })
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
