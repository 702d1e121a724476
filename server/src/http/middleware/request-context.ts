import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { type RequestContext, type RequestIds, runInRequest, toldId } from '../../lib/request-context.ts';
import type { Span } from '@opentelemetry/api';
import { beginSpan, inSpan, traceOf } from '../../lib/tracing.ts';
import { config } from '../../config.ts';
import { type Cookies, cookiesOf } from '../cookies.ts';
import { encodingFor } from '../encoding.ts';

declare module 'express-serve-static-core' {
  interface Request {
    ids: RequestIds;
    span: Identity['span'];
    cookieValues: Cookies;
  }
}

const acceptableId = /^[\w-]{1,64}$/;
const seenCookie = 'opex-seen';
const seenHeader = 'x-opex-seen';
const secure = config.PUBLIC_URL?.startsWith('https:') ? '; Secure' : '';

/** What the caller has seen: the own writes come back as a cookie, or to programs as a header; so does what events told. */
export const seenBy = ({ headers }: IncomingMessage, cookies: Cookies): string[] =>
  [cookies[seenCookie], headers[seenHeader]].filter((seen) => typeof seen === 'string');

/** The names of a request, and its span where traces are collected. */
export function identify({ headers }: IncomingMessage, started = performance.now()): Identity {
  const given = headers['x-request-id'];
  const isAcceptable = typeof given === 'string' && acceptableId.test(given);
  const trace = traceOf(headers.traceparent);
  const span = beginSpan('request', started, trace);
  const traceId = span?.spanContext().traceId ?? trace?.traceId;
  return { ids: { requestId: randomUUID(), givenId: isAcceptable ? given : undefined, traceId }, span };
}
export type Identity = { ids: RequestIds; span: Span | undefined };

/** Gives the request its ids, and carries what the caller has written from answer to request. */
export const requestContext: RequestHandler = (req, res, next) => {
  Object.assign(req, identify(req));
  req.cookieValues = cookiesOf(req);
  res.setHeader('X-Request-Id', toldId(req.ids));

  const context: RequestContext = {
    ...req.ids,
    address: req.ip,
    encoding: encodingFor(req.headers['accept-encoding']),
    seen: seenBy(req, req.cookieValues),
  };
  if (req.method !== 'GET' && req.method !== 'HEAD') tellWhatWasWritten(res, context);
  runInRequest(context, () => inSpan(req.span, next));
};

function tellWhatWasWritten(res: Parameters<RequestHandler>[1], context: RequestContext) {
  const writeHead = res.writeHead.bind(res) as (...parameters: unknown[]) => typeof res;
  res.writeHead = ((...parameters: unknown[]) => {
    if (context.wrote) {
      res.appendHeader(
        'Set-Cookie',
        `${seenCookie}=${context.wrote}; Path=/api; Max-Age=60; HttpOnly; SameSite=Lax${secure}`,
      );
      res.setHeader(seenHeader, context.wrote);
    }
    return writeHead(...parameters);
  }) as typeof res.writeHead;
}
