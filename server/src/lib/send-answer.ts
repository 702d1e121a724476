import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Encoding } from './cache.ts';
import { compress } from './cache.ts';
import { logger } from './logger.ts';

/** Below this size compressing costs more than it saves. */
const worthCompressing = 1_000;

export function encodingFor(acceptEncoding: string | undefined): Encoding {
  if (!acceptEncoding) return 'identity';
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(acceptEncoding)) return 'br';
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/.test(acceptEncoding) ? 'gzip' : 'identity';
}

/** Status and headers of a finished answer, and its bytes; no bytes when the caller has them already. */
export function answerParts(answer: Answer, request: IncomingMessage) {
  const headers: Record<string, string | number> = {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding',
    ETag: answer.etag,
  };
  if (answer.asOf) headers['X-Data-As-Of'] = answer.asOf;
  if (request.headers['if-none-match'] === answer.etag) return { status: 304, headers, bytes: undefined };

  const wanted = answer.plain.length < worthCompressing ? 'identity' : encodingFor(request.headers['accept-encoding']);
  const stored = answer.in(wanted);
  if (!stored && answer.given)
    void compress(answer, wanted).catch((error: unknown) => logger.warn('Compressing failed', { error }));
  answer.given = true;
  const bytes = stored ?? answer.plain;
  if (stored && wanted !== 'identity') headers['Content-Encoding'] = wanted;
  headers['Content-Length'] = bytes.length;
  return { status: 200, headers, bytes };
}

export function sendAnswer(answer: Answer, request: IncomingMessage, response: ServerResponse) {
  const { status, headers, bytes } = answerParts(answer, request);
  response.writeHead(status, headers);
  response.end(bytes);
}
