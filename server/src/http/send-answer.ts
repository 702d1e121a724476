import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, isSmall } from '../cache/answer.ts';
import { compressFirst, compressWell, keepPlain } from '../cache/cache.ts';
import { encodingFor } from './encoding.ts';
import { isHeardWhenClearing } from './hosts.ts';
import { logger } from '../lib/logger.ts';
import { figuresAreBeingSettled } from '../database/settling.ts';

/** What is asked for this long after it was loaded is worth being made smaller. */
const worthSmallAfterMs = 5_000;

/** Writes a finished answer with the bytes at hand; false when none of them fits this caller. */
export function sendAtHand(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  more: Record<string, string> = {},
): boolean {
  const headers: Record<string, string | number> = {
    ...more,
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': `private, ${isHeardWhenClearing(request.headers.host ?? '') ? 'no-cache' : 'no-store'}`,
    Vary: 'Accept-Encoding',
    ETag: answer.etag,
  };
  if (answer.asOf) headers['X-Data-As-Of'] = answer.asOf;
  if (figuresAreBeingSettled()) headers['X-Figures'] = 'being settled';
  if (isAmong(request.headers['if-none-match'], answer.etag)) {
    response.writeHead(304, headers);
    response.end();
    return true;
  }
  const wanted = encodingFor(request.headers['accept-encoding']);
  const encoding = isSmall(answer) ? 'identity' : wanted;
  const bytes = answer.forms[encoding];
  if (!bytes) return false;
  if (encoding !== 'identity') headers['Content-Encoding'] = encoding;
  headers['Content-Length'] = bytes.length;
  response.writeHead(200, headers);
  response.end(bytes);
  if (encoding !== 'identity' && Date.now() - answer.loadedAt > worthSmallAfterMs)
    compressWell(answer, encoding).catch((error: unknown) => logger.warn('Compressing failed', { error }));
  return true;
}

/** The reader may have several; a proxy that compresses makes them weak. */
const isAmong = (tags: string | undefined, etag: string) =>
  tags !== undefined && tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);

export async function sendAnswer(answer: Answer, request: IncomingMessage, response: ServerResponse) {
  if (sendAtHand(answer, request, response)) return;
  const wanted = encodingFor(request.headers['accept-encoding']);
  await (wanted === 'identity' ? keepPlain(answer) : compressFirst(answer, wanted));
  sendAtHand(answer, request, response);
}
