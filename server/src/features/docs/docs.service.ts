import { problem } from '@opex/contracts/errors';
import type { Endpoint } from '@opex/contracts/endpoint';
import { takesWholeScope } from '@opex/contracts/permissions';
import { webhookHeaders, webhookMessage } from '@opex/contracts/webhooks';
import {
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverride,
  type ZodOpenApiPathsObject,
} from 'zod-openapi';
import { served } from '../../http/serve.ts';
import { exampleOf, type JsonSchema } from './examples.rules.ts';

const json = (schema: unknown) => ({ 'application/json': { schema: schema as never } });
const bytes = { 'application/octet-stream': { schema: { type: 'string' as const, format: 'binary' } } };
const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem as never } },
});

type Document = ReturnType<typeof createDocument>;
type DocumentedOperation = {
  parameters?: { schema: JsonSchema }[];
  requestBody?: { content: Record<string, { schema: JsonSchema; example?: unknown }> };
};

/** Made from the endpoints that are served, so that a route cannot be missing from it. */
export const openApi = (): Document => withExamples(createDocument(described(), { override: onlyPortablePatterns }));

/** Every language reads a pattern without flags alike; what needs flags stands in the description, and is checked here. */
const onlyPortablePatterns: ZodOpenApiOverride = ({ jsonSchema, zodSchema }) => {
  const patterns = (zodSchema._zod.def.checks ?? []).flatMap(({ _zod: { def } }) =>
    'pattern' in def && def.pattern instanceof RegExp ? [def.pattern] : [],
  );
  if (patterns.every(({ flags }) => flags === '')) return;
  const portable = patterns.filter(({ flags }) => flags === '').map(({ source }) => ({ pattern: source }));
  delete jsonSchema.pattern;
  delete jsonSchema.allOf;
  Object.assign(jsonSchema, portable.length > 1 ? { allOf: portable } : portable[0]);
};

/** A first request made of the examples is accepted, where it names what is there. */
function withExamples(document: Document): Document {
  const operations = Object.values(document.paths ?? {}).flatMap(
    (path) => Object.values(path) as DocumentedOperation[],
  );
  for (const { parameters = [], requestBody } of operations) {
    for (const { schema } of parameters) schema.examples ??= [exampleOf(schema)];
    const body = requestBody?.content['application/json'];
    if (body) body.example = exampleOf(body.schema);
  }
  return document;
}

/** What an address that was added is sent. */
const told: ZodOpenApiOperationObject = {
  operationId: 'webhookChanges',
  tags: ['Webhooks'],
  summary: 'What changed, to an address that was added',
  description:
    'It says that something changed, and not what it is now. Any answer of 2xx within ten seconds is an arrival; after others it is tried ' +
    'again, eight times within a day, so it may come twice and in any order.',
  security: [],
  parameters: Object.entries(webhookHeaders).map(([name, description]) => ({
    in: 'header' as const,
    name,
    required: true,
    description,
    schema: { type: 'string' as const },
  })),
  requestBody: { required: true, content: json(webhookMessage) },
  responses: { '2XX': { description: 'It arrived' }, '4XX': { description: 'It is tried again' } },
};

const described = (): ZodOpenApiObject => ({
  openapi: '3.1.0',
  info: {
    title: 'OPEX Manager',
    version: '1',
    license: { name: 'MIT', identifier: 'MIT' },
    description:
      'Plan, track and allocate operating expenditure. Amounts are decimal strings, dates YYYY-MM-DD, errors problem+json.\n\n' +
      'An answer may be up to a second old. To read what you wrote, keep the header `X-Opex-Seen` of the answer to your last write and ' +
      'send it with what you ask next, for a minute at least: `X-Opex-Seen: figures:12,masters:3.dGhlIHNlYWwgb2Ygb25lIG9` (made up). ' +
      'It is sealed by the server; one that no server made counts as none. Browsers get it as a cookie.',
  },
  servers: [{ url: '/api' }],
  security: [{ session: [] }, { apiKey: [] }],
  paths: pathsOf(served),
  webhooks: { changes: { post: told } },
  components: {
    securitySchemes: {
      session: {
        type: 'apiKey',
        in: 'cookie',
        name: 'opex',
        description: 'Writes also send X-CSRF-Token, which sign-in answers',
      },
      apiKey: { type: 'http', scheme: 'bearer' },
    },
  },
});

function pathsOf(endpoints: Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    (paths[path] ??= {})[endpoint.method] = operationOf(endpoint);
  }
  return paths;
}

const ifMatch = {
  in: 'header' as const,
  name: 'If-Match',
  required: true,
  description: 'The version you are changing, such as "v3", or the ETag that came with it',
  schema: { type: 'string' as const, pattern: '^"v[0-9]{1,9}(-[A-Za-z0-9_-]{1,64})?"$', examples: ['"v1"'] },
};
const idempotencyKey = {
  in: 'header' as const,
  name: 'Idempotency-Key',
  required: false,
  description: 'A repeat answers as the first did',
  schema: { type: 'string' as const, pattern: '^[!-~]{1,255}$', examples: ['4f0c2b9e-upload-17'] },
};

const audience: Partial<Record<Endpoint['permission'], string>> = {
  public: 'For everybody.',
  'signed-in': 'For everybody who is signed in, and every API key.',
  session: 'For everybody who is signed in; not for API keys.',
};

const neededOf = (permission: string) =>
  `Needs the permission \`${permission}\`${takesWholeScope(permission) ? ', and to see all entities' : ''}.`;

function operationOf({
  method,
  path,
  tag,
  summary,
  permission,
  params,
  query,
  body,
  file,
  answer,
  status,
  guarded,
  idempotent,
  mediaType,
}: Endpoint): ZodOpenApiOperationObject {
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    description: audience[permission] ?? neededOf(permission),
    ...(permission === 'public' && { security: [] }),
    requestParams: { ...(params && { path: params }), ...(query && { query: query }) },
    parameters: [...(guarded ? [ifMatch] : []), ...(idempotent ? [idempotencyKey] : [])],
    ...(body && { requestBody: { required: true, content: json(body) } }),
    ...(file && { requestBody: { required: true, content: bytes } }),
    responses: {
      ...(mediaType
        ? { '200': { description: 'A stream', content: { [mediaType]: { schema: { type: 'string' } } } } }
        : answer
          ? { [String(status ?? 200) as '200']: { description: 'Done', content: json(answer) } }
          : { '204': { description: 'Done' } }),
      default: refused('What was wrong, in words'),
    },
  };
}
