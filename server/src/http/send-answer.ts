import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { type Answer, type Encoding, isSmall } from '../cache/answer.ts';
import { compressFirst, compressWell, keepPlain } from '../cache/cache.ts';
import { encodingFor } from './encoding.ts';
import { isHeardWhenClearing } from './hosts.ts';
import { logger } from '../lib/logger.ts';
import { figuresAreBeingSettled } from '../database/settling.ts';

/** What is asked for this long after it was loaded is worth being made smaller. */
const worthSmallAfterMs = 5_000;

/** Whether it can be sent at once: its bytes are there in the form that this reader takes, or need not be sent. */
export const isAtHand = (answer: Answer, request: IncomingMessage): boolean =>
  isAmong(request.headers['if-none-match'], answer.etag) || answer.forms[formOf(answer, request)] !== undefined;

const formOf = (answer: Answer, { headers }: IncomingMessage): Encoding =>
  isSmall(answer) ? 'identity' : encodingFor(headers['accept-encoding']);

/** Writes a finished answer with the bytes at hand. */
export function sendAtHand(
  answer: Answer,
  request: IncomingMessage,
  response: ServerResponse,
  more: OutgoingHttpHeaders = {},
) {
  const headers: OutgoingHttpHeaders = {
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
    return;
  }
  const form = formOf(answer, request);
  const bytes = answer.forms[form] ?? Buffer.alloc(0);
  if (form !== 'identity') headers['Content-Encoding'] = form;
  headers['Content-Length'] = bytes.length;
  response.writeHead(200, headers);
  response.end(bytes);
  if (form !== 'identity' && Date.now() - answer.loadedAt > worthSmallAfterMs)
    compressWell(answer, form).catch((error: unknown) => logger.warn('Compressing failed', { error }));
}

/** The reader may have several; a proxy that compresses makes them weak. */
const isAmong = (tags: string | undefined, etag: string) =>
  tags !== undefined && tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);

export async function sendAnswer(answer: Answer, request: IncomingMessage, response: ServerResponse) {
  if (!isAtHand(answer, request)) {
    const form = formOf(answer, request);
    await (form === 'identity' ? keepPlain(answer) : compressFirst(answer, form));
  }
  sendAtHand(answer, request, response);
}
