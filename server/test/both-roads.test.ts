import { request as ask, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createService, createYear, everyMonth, signedInAs } from './factories/index.ts';
import { startServer } from './harness/server.ts';

/** What is known to be good is answered without Express. Nobody can tell: byte for byte, and header for header. */

const roads: ('fast' | 'ordinary')[] = [];
let server: Awaited<ReturnType<typeof startServer>>;
let viewer: Awaited<ReturnType<typeof signedInAs>>;

beforeAll(async () => {
  const year = await createYear();
  for (let number = 0; number < 30; number++)
    await createService({ description: 'x'.repeat(100) }, { planId: year.planId, months: everyMonth('100') });
  viewer = await signedInAs('Viewer');
  server = await startServer();
});
afterAll(() => server.close());

type Answer = { status: number | undefined; headers: string[]; body: Buffer };

/** Headers as they came, apart from what is another for every request. */
async function get(path: string, headers: Record<string, string | undefined>): Promise<Answer> {
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    ask(server.origin + path, { headers: given }, resolve)
      .on('error', reject)
      .end(),
  );
  roads.push(response.headers['x-road'] === 'ordinary' ? 'ordinary' : 'fast');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const pairs = response.rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [`${name.toLowerCase()}: ${response.rawHeaders[at + 1]}`] : [],
  );
  return {
    status: response.statusCode,
    headers: pairs.filter((pair) => !/^(date|x-road): /.test(pair)).toSorted(),
    body: Buffer.concat(chunks),
  };
}

/** One that was counted more, and maybe in the next second. */
const withoutCounts = ({ headers, ...rest }: Answer) => ({
  ...rest,
  headers: headers.map((header) => header.replace(/(; [rt]=)\d+/g, '$1…')),
});
const remaining = ({ headers }: Answer) =>
  headers.flatMap((header) => {
    const [, name, count] = /^ratelimit: "(\w+)"; r=(\d+)/.exec(header) ?? [];
    return name ? [[name, Number(count)] as const] : [];
  });

const paths = [
  '/api/budgets?fy=FY26&limit=20',
  '/api/budgets?fy=FY26&limit=1',
  '/api/reports/dashboard?fy=FY26',
  '/api/towers',
];
const kinds: Record<string, () => Record<string, string | undefined>> = {
  plain: () => ({}),
  gzip: () => ({ 'accept-encoding': 'gzip, deflate' }),
  brotli: () => ({ 'accept-encoding': 'gzip, deflate, br' }),
  'brotli refused': () => ({ 'accept-encoding': 'br;q=0, gzip' }),
  'with its own id': () => ({ 'x-request-id': 'my-own-id', 'accept-encoding': 'gzip' }),
  'with an id that is none': () => ({ 'x-request-id': '{}' }),
  'with what was seen': () => ({ 'x-opex-seen': 'figures:1.abcdefghijklmnopqrstuv' }),
  'through a proxy': () => ({ 'x-forwarded-for': '203.0.113.9, 198.51.100.7', 'x-forwarded-proto': 'https' }),
};

describe.each(paths)('%s', (path) => {
  test.each(Object.keys(kinds))('asked for %s', async (kind) => {
    const id = kind.includes('id') ? {} : { 'x-request-id': 'the-same' };
    const headers = { ...viewer, ...id, ...kinds[kind]!() };
    const [first, second, third] = [await get(path, headers), await get(path, headers), await get(path, headers)];
    expect(roads.slice(-2)).toEqual(['fast', 'fast']);
    const anyId = (answer: Answer) =>
      kind === 'with an id that is none'
        ? {
            ...answer,
            headers: answer.headers.map((header) => header.replace(/^(x-request-id: )[\da-f-]{36}$/, '$1…')),
          }
        : answer;
    expect(anyId(withoutCounts(second))).toEqual(anyId(withoutCounts(first)));
    expect(anyId(withoutCounts(third))).toEqual(anyId(withoutCounts(first)));
    const [before, after] = [Object.fromEntries(remaining(second)), Object.fromEntries(remaining(third))];
    expect(after).toEqual({ address: before['address']! - 1, user: before['user']! - 1 });
  });

  test('asked for by who has it already', async () => {
    const { headers } = await get(path, viewer);
    const etag = headers.find((header) => header.startsWith('etag: '))?.slice('etag: '.length);
    const known = { ...viewer, 'x-request-id': 'the-same', 'if-none-match': `W/${etag}` };
    const again = await get(path, known);
    expect(again.status).toBe(304);
    expect(roads.at(-1)).toBe('fast');
    // A program with another cookie order takes the ordinary road for a moment; the answer is the same.
    const ordinary = await get(path, {
      ...known,
      authorization: undefined,
      'x-opex-seen': `figures:999999999999999.${'x'.repeat(22)}`,
    });
    expect(withoutCounts(ordinary)).toEqual(withoutCounts(again));
  });
});

test('every answer over a kilobyte leaves compressed, the first one too', async () => {
  for (const encoding of ['gzip', 'br']) {
    const path = `/api/budgets?fy=FY26&limit=20&sort=-budget&budget.gte=${encoding === 'br' ? 1 : 2}`;
    const answer = await get(path, { ...viewer, 'accept-encoding': encoding });
    expect(roads.at(-1)).toBe('ordinary');
    expect(answer.headers).toContain(`content-encoding: ${encoding}`);
    const plain = await get(path, viewer);
    expect(answer.body.length).toBeLessThan(plain.body.length / 5);
  }
});

test('what the fast road may not answer takes the other one', async () => {
  const [path = ''] = paths;
  await get(path, viewer);
  for (const [headers, status] of [
    [{}, 401],
    [{ ...viewer, authorization: 'Bearer opex_wrong' }, 400],
    [{ ...viewer, host: 'elsewhere.example' }, 421],
    [{ ...viewer, cookie: `${viewer.cookie}; more=${'x'.repeat(9_000)}` }, 431],
    [{ cookie: 'opex=somebody-else' }, 401],
  ] as const) {
    expect((await get(path, headers)).status).toBe(status);
    expect(roads.at(-1)).toBe('ordinary');
  }
});
