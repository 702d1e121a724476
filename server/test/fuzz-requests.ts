import fc, { type Arbitrary } from 'fast-check';
import { openApi } from '../src/features/docs/docs.service.ts';

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
export type Operation = {
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
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
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

export type Fuzzed = { method: string; path: string; headers: Record<string, string>; body: string | undefined };

/** `undefined` has no JSON. */
const jsonOf = (value: unknown) => (value === undefined ? '' : JSON.stringify(value));
const encoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());
const visible = (text: string) => text.replace(/[^\x20-\x7e]/g, '?');

/** Requests of an operation, most of them nearly right. */
export function requestOf(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
): Arbitrary<Fuzzed> {
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
