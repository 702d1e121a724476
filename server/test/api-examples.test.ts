import { randomInt, randomUUID } from 'node:crypto';
import { masterKinds } from '@opex/contracts/masters';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openApi } from '../src/features/docs/docs.service.ts';
import { hashPassword } from '../src/lib/passwords/passwords.ts';
import { startServer } from './harness/server.ts';
import {
  createEntity,
  createKey,
  createService,
  createUser,
  createYear,
  everyMonth,
  sessionOf,
} from './factories/index.ts';
import { createImport } from './factories/imports.ts';
import { createJob } from './factories/jobs.ts';
import { createWebhook } from './factories/webhooks.ts';
import { sql } from './harness/sql.ts';

/** A program made from the document of the API begins with its examples: each is sent here as it stands, to rows that are there. */

type Parameter = {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: { examples?: unknown[] };
};
type Operation = {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { example?: unknown }> };
};
const document = openApi() as unknown as { paths: Record<string, Record<string, Operation>> };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId: name, parameters = [], requestBody }]) => ({
    name,
    method: method.toUpperCase(),
    path,
    parameters,
    body: requestBody?.content['application/json']?.example,
    takesBody: requestBody?.content['application/json'] !== undefined,
    takesFile: requestBody?.content['application/octet-stream'] !== undefined,
  })),
);

let server: Awaited<ReturnType<typeof startServer>>;
let headers: Record<string, string>;
let userId = 0;
let year: Awaited<ReturnType<typeof createYear>>;

/** A new user for each operation: some operations end the session, and an Idempotency-Key belongs to a user. The examples' password is right. */
async function beSomebodyElse() {
  userId = (await createUser('Admin')).id;
  await sql('UPDATE users SET password_hash = $1 WHERE id = $2', [await passwordHash, userId]);
  headers = await sessionOf(userId);
}
const passwordHash = hashPassword('seven grey herons over Pune');

beforeAll(async () => {
  server = await startServer();
  await beSomebodyElse();
  year = await createYear('FY26');
  // What examples refer to: the first and the second of each kind, and a rate of dollars.
  for (const kind of masterKinds) await Promise.all([madeMaster(kind), madeMaster(kind)]);
  await madeService();
  const currencyId = await made('/currencies', { code: 'USD', name: 'US dollar' });
  await made('/currency-rates', { set: 'PLAN', currencyId, effectiveDate: '2025-03-01', rate: '80' });
});
afterAll(() => server.close());

async function send(method: string, path: string, body?: unknown, more: Record<string, string> = {}) {
  const answer = await fetch(`${server.origin}/api${path}`, {
    method,
    headers: { ...headers, ...more, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) await answer.body?.cancel();
  else return { status: answer.status, text: await answer.text() };
  return { status: answer.status, text: '' };
}

async function made(path: string, body: unknown, more?: Record<string, string>) {
  const { status, text } = await send('POST', path, body, more);
  expect(status, `${path}: ${text}`).toBeLessThan(300);
  return (JSON.parse(text) as { id: number }).id;
}

const madeMaster = (kind: string) => made(`/${kind}`, { name: randomUUID() });
const madeService = async () => (await createService({}, { planId: year.planId, months: everyMonth('1000.00') })).id;
const letters = () => String.fromCharCode(65 + randomInt(26), 65 + randomInt(26), 65 + randomInt(26));
const madeCurrency = () => made('/currencies', { code: letters(), name: 'Money' });
const firstIn = async (path: string) =>
  (JSON.parse((await send('GET', path)).text) as { data: { id: number }[] }).data[0]!.id;

/** A row made of the example of the address that adds one, with a name of its own. */
async function madeByExample(kind: string) {
  const example = operations.find(({ method, path }) => method === 'POST' && path === `/${kind}`)?.body;
  return [await made(`/${kind}`, { ...(example as object), name: randomUUID() })];
}

/** The ids that an address names, of new rows; by where the address begins, where the example does not make one. */
const rows: Record<string, () => Promise<number[]>> = {
  budgets: async () => [await madeService()],
  services: async () => {
    const id = await madeService();
    const { text } = await send('PATCH', `/budgets/${id}`, { owner: 'Asha' }, { 'if-match': '"v1"' });
    expect(text).toContain('Asha');
    return [id, await firstIn(`/services/${id}/history`)];
  },
  'allocation-keys': async () => {
    const { id } = await createKey([[(await createEntity()).id, '1']]);
    const { text } = await send('GET', '/allocation-keys');
    const { data } = JSON.parse(text) as { data: { id: number; versions: { id: number }[] }[] };
    return [id, data.find((key) => key.id === id)!.versions[0]!.id];
  },
  currencies: async () => [await madeCurrency()],
  'currency-rates': async () => [
    await made('/currency-rates', {
      set: 'PLAN',
      currencyId: await madeCurrency(),
      effectiveDate: '2025-05-01',
      rate: '2',
    }),
  ],
  users: async () => [(await createUser('Viewer')).id],
  'api-keys': async () => [await made('/api-keys', { name: 'Mine', permissions: ['budgets.view'], expiresInDays: 1 })],
  webhooks: async () => [await createWebhook()],
  jobs: async () => [await createJob('waiting')],
  imports: async () => [await createImport('checked')],
  auth: async () => {
    await sessionOf(userId);
    return [await firstIn('/auth/sessions')];
  },
  'master-merges': async () => {
    const [from, into] = [await madeMaster('vendors'), await madeMaster('vendors')];
    const body = { intoId: into, intoVersion: 1, reason: 'They are one' };
    await made(`/vendors/${from}/merge`, body, { 'if-match': '"v1"' });
    return [await firstIn('/master-merges')];
  },
};

const exampleOf = ({ name, schema }: Parameter) => {
  expect(schema.examples, name).toHaveLength(1);
  return String(schema.examples![0]);
};

/** A cursor is of a page before, so it cannot be told beforehand. */
async function cursorOf(path: string) {
  const { text } = await send('GET', `${path}?limit=1`);
  return (JSON.parse(text) as { pagination: { next: string | null } }).pagination.next ?? '';
}

const isOptional = ({ in: place, required }: Parameter) => place === 'query' && !required;

async function ask(
  { method, path, parameters, body, takesFile }: (typeof operations)[number],
  more: [string, string][] = [],
) {
  const sent = parameters.filter((parameter) => !isOptional(parameter));
  const valuesIn = (place: Parameter['in']) =>
    sent.filter((parameter) => parameter.in === place).map((one): [string, string] => [one.name, exampleOf(one)]);
  const kind = path.split('/')[1]!;
  const ids = path.includes('{') ? await (rows[kind]?.() ?? madeByExample(kind)) : [];
  const address = path.replace(/\{\w+\}/g, () => String(ids.shift()));
  const search = new URLSearchParams([...valuesIn('query'), ...more]);
  const { status, text } = await send(
    method,
    `${address}?${search.toString()}`,
    takesFile ? 'UID,FY26 Budget' : body,
    Object.fromEntries(valuesIn('header')),
  );
  expect(`${status} ${text}`, more.join()).toMatch(/^(2\d\d|409|412) /);
}

test.each(operations)('$name takes its own example', async (operation) => {
  await beSomebodyElse();
  expect(operation.body !== undefined).toBe(operation.takesBody);
  if (operation.name === 'postAuthSignIn')
    await sql('UPDATE users SET email = $1 WHERE id = $2', ['asha@example.com', userId]);
  await ask(operation);
});

const withOptional = operations.filter(({ parameters }) => parameters.some(isOptional));
test.each(withOptional)('$name takes the example of each parameter that may be left out', async (operation) => {
  for (const parameter of operation.parameters.filter(isOptional)) {
    const value = parameter.name === 'after' ? await cursorOf(operation.path) : exampleOf(parameter);
    if (value) await ask(operation, [[parameter.name, value]]);
  }
});
