import { problem } from '@opex/contracts/errors';
import type { Endpoint } from '@opex/contracts/endpoint';
import { takesWholeScope } from '@opex/contracts/permissions';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { served } from '../../http/serve.ts';

const json = (schema: unknown) => ({ 'application/json': { schema: schema as never } });
const refused = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem as never } },
});

/** Made from the endpoints that are served, so that a route cannot be missing from it. */
export const openApi = (): ReturnType<typeof createDocument> =>
  createDocument({
    openapi: '3.1.0',
    info: {
      title: 'OPEX Manager',
      version: '1',
      description:
        'Plan, track and allocate operating expenditure. Amounts are decimal strings, dates YYYY-MM-DD, errors problem+json.',
    },
    servers: [{ url: '/api' }],
    security: [{ session: [] }, { apiKey: [] }],
    paths: pathsOf(served),
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
  answer,
  status,
  guarded,
  idempotent,
  mediaType,
}: Endpoint): ZodOpenApiOperationObject {
  const header = (name: string, required: boolean, description: string) => ({
    in: 'header' as const,
    name,
    required,
    description,
    schema: { type: 'string' as const },
  });
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [tag],
    summary,
    description: audience[permission] ?? neededOf(permission),
    ...(permission === 'public' && { security: [] }),
    requestParams: { ...(params && { path: params }), ...(query && { query: query }) },
    parameters: [
      ...(guarded
        ? [header('If-Match', true, 'The version you are changing, such as "v3", or the ETag that came with it')]
        : []),
      ...(idempotent ? [header('Idempotency-Key', false, 'A repeat answers as the first did')] : []),
    ],
    ...(body && { requestBody: { required: true, content: json(body) } }),
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
