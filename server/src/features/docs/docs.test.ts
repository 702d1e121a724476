import { describe, expect, test } from 'vitest';
import { api } from '../../../test/harness/as.ts';
import { served } from '../../http/serve.ts';

type Parameter = { name: string; in: string; required?: boolean; schema?: object };
type Operation = {
  description: string;
  operationId: string;
  summary: string;
  tags: string[];
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: object }> }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string; description: string };
  servers: { url: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: Record<string, object> };
};

const { body: document } = (await api.get('/api/openapi.json').expect(200)) as { body: Document };
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: `${method} ${path}` })),
);

/** Every object inside a value, the value included. */
const inside = (value: unknown): Record<string, unknown>[] =>
  typeof value === 'object' && value !== null
    ? [value as Record<string, unknown>, ...Object.values(value).flatMap(inside)]
    : [];

describe('the OpenAPI document', () => {
  test('is of version 3.1 and says what it describes, and where', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toMatchObject({ title: 'OPEX Manager', version: '1' });
    expect(document.servers).toEqual([{ url: '/api' }]);
  });

  test('holds every endpoint that is served, and none that is not', () => {
    const documented = operations.map(({ name }) => name).sort();
    const expected = served.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`).sort();
    expect(documented).toEqual(expected);
    expect(documented.length).toBeGreaterThan(60);
  });

  test('says of an amount how large it may be, and that it may be negative', () => {
    const body = document.paths['/budgets/{id}']?.['patch']?.requestBody;
    const words = inside(body).flatMap(({ description }) => (typeof description === 'string' ? [description] : []));
    expect(words.filter((text) => /below 1000000000000 .*negative/is.test(text)).length).toBeGreaterThanOrEqual(1);
  });

  test('gives each operation an id of its own, a summary and a tag', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { operation } of operations) {
      expect(operation.operationId).toMatch(/^[a-z][A-Za-z0-9]+$/);
      expect(operation.summary).not.toBe('');
      expect(operation.tags).toHaveLength(1);
    }
  });

  test.each(operations.map(({ name, ...rest }) => [name, rest] as const))(
    '%s declares its parameters, its body and its answers',
    (_name, { path, method, operation }) => {
      const parameters = operation.parameters ?? [];
      const keys = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(keys).size).toBe(keys.length);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => `path ${name}`);
      expect(keys.filter((key) => key.startsWith('path '))).toEqual(inPath);
      for (const parameter of parameters) {
        expect(['path', 'query', 'header']).toContain(parameter.in);
        expect(parameter.schema).toBeTypeOf('object');
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
      }
      if (method === 'get') expect(operation.requestBody).toBeUndefined();
      if (operation.requestBody) expect(Object.values(operation.requestBody.content)[0]?.schema).toBeTypeOf('object');
      expect(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status))).toBe(true);
      expect(operation.responses['default']?.content).toHaveProperty(['application/problem+json']);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.description).not.toBe('');
        if (status === '204') expect(answer.content).toBeUndefined();
      }
    },
  );

  test('says which changes need If-Match and which take Idempotency-Key', () => {
    const headersOf = (operationId: string) =>
      operations
        .find(({ operation }) => operation.operationId === operationId)
        ?.operation.parameters?.filter((parameter) => parameter.in === 'header');
    expect(headersOf('patchBudgetsId')).toMatchObject([{ name: 'If-Match', required: true }]);
    expect(headersOf('postServices')).toMatchObject([{ name: 'Idempotency-Key', required: false }]);
  });

  test('refers only to what it holds', () => {
    const references = inside(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(50);
    for (const reference of new Set(references)) {
      expect(reference).toMatch(/^#\/components\/schemas\/\w+$/);
      expect(document.components.schemas).toHaveProperty([reference.split('/')[3] ?? '']);
    }
    const schemes = inside(operations.map(({ operation }) => operation.security ?? [])).flatMap(Object.keys);
    for (const scheme of schemes.filter((name) => !/^\d+$/.test(name)))
      expect(document.components.securitySchemes).toHaveProperty([scheme]);
  });

  test('uses JSON Schema of its version only: no nullable, no boolean bounds, types by name', () => {
    const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];
    const schemas = [
      document.components.schemas,
      operations.map(({ operation }) => [operation.requestBody, operation.responses, operation.parameters]),
    ];
    for (const node of inside(schemas)) {
      if ('$ref' in node || !('type' in node) || typeof node['type'] === 'object') continue;
      expect(types).toContain(node['type']);
      expect(node).not.toHaveProperty('nullable');
      if ('exclusiveMinimum' in node) expect(node['exclusiveMinimum']).toBeTypeOf('number');
      if (node['type'] === 'array') expect(node).toHaveProperty('items');
      if (typeof node['pattern'] === 'string') expect(() => new RegExp(node['pattern'] as string, 'u')).not.toThrow();
    }
  });

  test('says of each address what it takes, and whether it takes seeing everything', () => {
    const descriptionOf = (name: string) => operations.find((one) => one.name === name)?.operation.description;
    expect(descriptionOf('post /vendors')).toBe('Needs the permission `masters.edit`, and to see all entities.');
    expect(descriptionOf('patch /budgets')).toBe('Needs the permission `budgets.edit`.');
  });

  test('tells users of API keys how they read what they wrote', () => {
    expect(document.info.description).toContain('keep the header `X-Opex-Seen`');
  });

  test('lets only signing in go without anybody', () => {
    const open = operations.filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ name }) => name)).toEqual(['post /auth/sign-in']);
  });

  test('does not give away secrets of the installation', () => {
    expect(JSON.stringify(document)).not.toMatch(/postgres|redis|127\.0\.0\.1|secret/i);
  });
});

describe('the page of the documentation', () => {
  test('loads only what comes from here and what its policy allows', async () => {
    const { text, headers } = await api.get('/api/docs').expect(200).expect('content-type', /html/);
    const policy = headers['content-security-policy'] ?? '';
    expect(policy).toMatch(/default-src 'self'/);
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);

    expect(text).not.toMatch(/(src|href|url)\s*[=:(]\s*["']?(https?:)?\/\//i);
    const scripts = [...text.matchAll(/<script([^>]*)>/g)].map(([, attributes = '']) => attributes);
    expect(scripts).toHaveLength(2);
    for (const attributes of scripts) {
      const nonce = /nonce="([^"]+)"/.exec(attributes)?.[1];
      expect(nonce ? policy.includes(`'nonce-${nonce}'`) : /src="\/api\//.test(attributes)).toBe(true);
    }
    expect(text).not.toMatch(/\son\w+=|style=/);
    for (const [, asset = ''] of text.matchAll(/(?:src|href)="([^"]+)"/g)) {
      const { headers: of } = await api.get(asset).expect(200);
      expect(of['content-type']).toMatch(asset.endsWith('.css') ? /text\/css/ : /javascript/);
    }
  });

  test('has a new nonce each time', async () => {
    const nonces = await Promise.all(
      [1, 2].map(async () => /nonce="([^"]+)"/.exec((await api.get('/api/docs')).text)?.[1]),
    );
    expect(nonces[0]).toBeTruthy();
    expect(nonces[0]).not.toBe(nonces[1]);
  });

  test('styles load no font or picture from elsewhere', async () => {
    const { text } = await api.get('/api/docs/swagger-ui.css').expect(200);
    expect(text).not.toMatch(/url\(["']?(https?:)?\/\//);
    expect(text).not.toMatch(/@import/);
  });
});
