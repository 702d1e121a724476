import type { Endpoint, AnswerOf, BodyOf, ParamsOf, QueryOf } from '@opex/contracts/endpoint';
import { granted, type Permission, takesWholeScope } from '@opex/contracts/permissions';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Answer } from '../cache/answer.ts';
import type { Caller } from '../lib/caller.ts';
import { AppError, forbidden, notFound, unauthenticated } from '../lib/errors.ts';
import type { IdempotencyKey } from '../database/idempotency.ts';
import { guardJson } from './json-guard.ts';
import { currentRequest } from '../lib/request-context.ts';
import { sendAnswer } from './send-answer.ts';
import { within } from '../lib/within.ts';
import { digestOf } from '../lib/digest.ts';

declare module 'express-serve-static-core' {
  interface Request {
    caller?: Caller;
    /** Hears of every cached answer that was given, so that the fast lane can give it again. */
    onAnswer?: (answer: Answer, route: string) => void;
  }
}

export type Call<E extends Endpoint> = {
  /** Only public endpoints are asked without a caller. */
  caller: Caller;
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  /** The version the caller was looking at; checked to be there where the endpoint is guarded. */
  version: number;
  idempotency: IdempotencyKey | undefined;
};
type Result<E extends Endpoint> = E['answer'] extends object ? AnswerOf<E> | Answer : void;
type Handler<E extends Endpoint> = (call: Call<E>, req: Request, res: Response) => Promise<Result<E>>;

/** Every endpoint that has a handler. An endpoint that is not in this list has no address and no documentation. */
export const served: Endpoint[] = [];

const parseSmall = express.json({ limit: '100kb', verify: (_req, _res, bytes) => guardJson(bytes) });
const parseBulk = express.json({ limit: '1mb', verify: (_req, _res, bytes) => guardJson(bytes) });

/** The only way to give the API an address, so that permission, parsing and answering are the same for all of them. */
export function serve<E extends Endpoint>(router: Router, endpoint: E, handler: Handler<E>) {
  served.push(endpoint);
  const handlers: RequestHandler[] = [
    permit(endpoint),
    ...(endpoint.body ? [requireJson, endpoint.bulk ? parseBulk : parseSmall] : []),
    async (req, res) => {
      const answer = await within(limitOf(endpoint), handler(readCall(endpoint, req), req, res), overdue);
      await send(endpoint, answer, req, res);
    },
  ];
  router[endpoint.method](endpoint.path, ...handlers);
}

/** Longer than a statement may take, so that the error of the statement comes first. Reads of one page end earlier. */
const limitOf = ({ method, slow }: Endpoint) => (slow ? 60_000 : method === 'get' ? 5_000 : 20_000);
const overdue = () =>
  new AppError(
    504,
    'This took too long; try again in a moment. A change may have been saved: look before you repeat it',
    {
      retryAfterSeconds: 2,
    },
  );

const permit =
  ({ permission, person, path }: Endpoint): RequestHandler =>
  (req, res, next) => {
    res.locals['route'] = `/api${path}`;
    if (permission !== 'public') {
      if (!req.caller) throw unauthenticated();
      if (req.caller.mustChangePassword && !path.startsWith('/auth/'))
        throw forbidden('Change your temporary password first');
      if ((permission === 'session' || person) && req.caller.sessionId === undefined)
        throw forbidden('This takes a person who signed in, not an API key');
      if (permission !== 'session' && permission !== 'signed-in' && !req.caller.permissions.has(permission))
        throw lacking(permission, req.caller);
    }
    next();
  };

const lacking = (permission: Permission, { role, scope }: Caller) =>
  scope !== 'all' && takesWholeScope(permission) && granted[role].includes(permission)
    ? forbidden('This belongs to all entities, and you see only some; ask a person who sees them all')
    : forbidden();

const requireJson: RequestHandler = (req, _res, next) => {
  const [type, ...parameters] = (req.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters.map((parameter) => /^\s*charset="?([^"]*)"?\s*$/.exec(parameter)?.[1]).find(Boolean);
  if (type?.trim() !== 'application/json' || (charset && charset !== 'utf-8'))
    throw new AppError(415, 'Send JSON in UTF-8');
  next();
};

function readCall<E extends Endpoint>(endpoint: E, req: Request): Call<E> {
  if (endpoint.body && req.body === undefined) throw new AppError(400, 'The request has no body');
  return {
    caller: req.caller as Caller,
    params: readParams(endpoint, req),
    query: z.parse(endpoint.query ?? nothing, req.query),
    body: endpoint.body && z.parse(endpoint.body, req.body),
    version: endpoint.guarded ? seenVersion(req) : 0,
    idempotency: endpoint.idempotent ? idempotencyOf(endpoint, req) : undefined,
  } as Call<E>;
}

/** Text that is no id names no record, so the answer is 404. */
function readParams(endpoint: Endpoint, req: Request) {
  if (!endpoint.params) return undefined;
  const parsed = z.safeParse(endpoint.params, req.params);
  if (!parsed.success) throw notFound('This address');
  return parsed.data;
}

const nothing = z.strictObject({});

/** Without the version that the caller saw, a change could overwrite another one unseen. */
function seenVersion(req: Request): number {
  const header = req.get('if-match');
  if (header === undefined) throw new AppError(428, 'Send If-Match with the version you are changing');
  const version = /^"v(\d{1,9})(?:-[\w-]{1,64})?"$/.exec(header)?.[1];
  if (!version) throw new AppError(400, 'If-Match must be one version tag, such as "v3"');
  return Number(version);
}

function idempotencyOf(endpoint: Endpoint, req: Request): IdempotencyKey | undefined {
  const key = req.get('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new AppError(400, 'Idempotency-Key takes 1 to 255 visible characters');
  const { id, scope } = req.caller as Caller;
  // The first answer shows what the caller saw then, so it is given again only to a caller who sees the same.
  const sight = scope === 'all' ? '' : `\n${scope.join()}`;
  const hash = createHash('sha256')
    .update(`${req.method} ${req.originalUrl}\n${JSON.stringify(req.body)}${sight}`)
    .digest();
  return {
    key,
    requestHash: new Uint8Array(hash),
    userId: id,
    status: statusOf(endpoint),
  };
}

const statusOf = ({ answer, status }: Endpoint) => (answer ? (status ?? 200) : 204);

async function send(endpoint: Endpoint, answer: unknown, req: Request, res: Response) {
  if (res.headersSent || endpoint.mediaType) return;
  if (answer instanceof Answer) {
    req.onAnswer?.(answer, res.locals['route'] as string);
    await sendAnswer(answer, req, res);
    return;
  }
  const context = currentRequest();
  if (context?.replayed !== undefined) res.set('Idempotency-Replayed', 'true');
  res.set('Cache-Control', 'no-store');
  if (!endpoint.answer) {
    res.status(204).end();
    return;
  }
  const json = JSON.stringify(answer);
  if (hasVersion(answer)) res.set('ETag', tagOf(endpoint, answer.version, json));
  res
    .status(context?.replayed ?? statusOf(endpoint))
    .type('json')
    .send(json);
}

/**
 * An answer holds more than its version counts: names of masters, remarks, the year, the reader's share. So its ETag is made
 * of the whole answer. If-Match takes that ETag and compares only the version in it.
 */
const tagOf = ({ method }: Endpoint, version: number, json: string) =>
  method === 'get' ? `"v${version}-${digestOf(json)}"` : `"v${version}"`;

const hasVersion = (answer: unknown): answer is { version: number } =>
  typeof answer === 'object' && answer !== null && 'version' in answer && typeof answer.version === 'number';

/** The methods of an address, to tell a caller who used another one. */
export function methodsOf(path: string): string[] {
  return served
    .filter((endpoint) => new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}/?$`).test(path))
    .map(({ method }) => method.toUpperCase());
}
