import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { traceOf } from '../src/lib/tracing.ts';
import { createService, createUser, createYear, sessionOf } from './factories/index.ts';
import { startInstance } from './harness/instances.ts';
import { sql } from './harness/sql.ts';

type Attribute = { key: string; value: { stringValue?: string; intValue?: number } };
type SentSpan = {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Attribute[];
};
type Sent = { resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: SentSpan[] }[] }[] };

let collector: Server;
let instance: Awaited<ReturnType<typeof startInstance>>;
const sent: Sent[] = [];
let text = '';
const spans = () => sent.flatMap(({ resourceSpans }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))); // prettier-ignore

beforeAll(async () => {
  await createYear('FY26');
  collector = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      text += body;
      sent.push(JSON.parse(body) as Sent);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  instance = await startInstance({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  await instance.stop();
  collector.close();
});

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

test('a request is a part of the trace of its caller, and says what it took, in names and never in values', async () => {
  const headers = await sessionOf((await createUser('Admin')).id);
  const address = `${instance.url}/api/budgets?fy=FY26&q=zzsecretword`;
  for (let times = 0; times < 5; times++) await fetch(address, { headers: { ...headers, traceparent } });
  await expect.poll(() => spans().filter(({ name }) => name === 'GET /api/budgets')).toHaveLength(5);

  const [first, ...others] = spans().filter(({ name }) => name === 'GET /api/budgets');
  expect(first).toMatchObject({ traceId, parentSpanId: '00f067aa0ba902b7' });
  expect(first?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } });
  const partsOf = (whole?: SentSpan) => spans().filter(({ parentSpanId }) => parentSpanId === whole?.spanId);
  await expect.poll(() => partsOf(first).map(({ name }) => name)).toContain('services.totals');
  expect(partsOf(first).map(({ name }) => name)).toContain('redis');
  for (const part of partsOf(first)) expect(BigInt(part.startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(first!.startTimeUnixNano)); // prettier-ignore
  // What this process gives again needs nobody else.
  expect(others.map((other) => partsOf(other).length)).toContain(0);
  expect(text).not.toContain('zzsecretword');
  expect(text).not.toMatch(/SELECT|INSERT/);
  await expect.poll(() => instance.log()).toContain(`"traceId":"${traceId}"`);
});

test('a change and a job are traced, each as a whole of its own', async () => {
  const headers = await sessionOf((await createUser('Admin')).id);
  const { id } = await createService();
  const answer = await fetch(`${instance.url}/api/services/${id}/remarks`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Traced' }),
  });
  expect(answer.ok).toBe(true);
  await expect.poll(() => spans().some(({ name }) => name.startsWith('POST /api/services'))).toBe(true);
  const whole = spans().find(({ name }) => name.startsWith('POST /api/services'))!;
  expect(whole.parentSpanId ?? '').toBe('');
  const parts = spans().filter(({ parentSpanId }) => parentSpanId === whole.spanId);
  expect(parts.length).toBeGreaterThan(3);

  await sql(`INSERT INTO jobs (kind, payload) VALUES ('cleaning', '{}')`);
  await expect.poll(() => spans().find(({ name }) => name === 'job cleaning'), { timeout: 10_000 }).toBeDefined();
  const job = spans().find(({ name }) => name === 'job cleaning')!;
  expect(job.traceId).not.toBe(whole.traceId);
  expect(spans().filter(({ parentSpanId }) => parentSpanId === job.spanId).length).toBeGreaterThan(2);
});

test('where nobody collects traces, the trace of the caller still stands in the log', async () => {
  const plain = await startInstance({ LOG_LEVEL: 'info' });
  try {
    await fetch(`${plain.url}/api/auth/me`, { headers: { traceparent } });
    await expect.poll(() => plain.log()).toContain(`"traceId":"${traceId}"`);
  } finally {
    await plain.stop();
  }
});

test.each([
  'no trace',
  '',
  undefined,
  `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-00f067aa0ba902b7-01`,
  `${traceparent}\u0000`,
])('%j names no trace', (header) => expect(traceOf(header)).toBeUndefined());
