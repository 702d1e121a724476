import { eventEndpoints } from '@opex/contracts/events';
import type { Caller } from '../../lib/caller.ts';
import { type Request, type Response, Router } from 'express';
import { serve } from '../../http/serve.ts';
import { eventText } from './events.rules.ts';
import { follow } from './events.service.ts';

const beatMs = 4_000;
/** More than the longest replay. A reader this far behind reads no more; when it comes back it is told what it missed. */
const mostUnreadBytes = 256 * 1024;
/** Readers that do not know `superseded` would come back at once and push out the next stream. They wait this long. */
const retryAfterSupersededMs = 60_000;
const open = new Set<Response>();

/** `whoIs` tells at any later moment who the request's caller is now. It answers undefined when the caller's right has ended. */
export function eventsRouter(whoIs: (request: Request) => Promise<Caller | undefined>) {
  const router = Router();
  serve(router, eventEndpoints.stream, async ({ caller }, req, res) => {
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    write(res, ': connected\n\n');
    const follower = {
      caller,
      send: (text: string) => write(res, text),
      reset: (lastId: number, seen: string | undefined) => write(res, eventText('reset', { seen }, lastId)),
      supersede: () => {
        write(res, `retry: ${retryAfterSupersededMs}\n${eventText('superseded', {})}`);
        res.end();
      },
      end: () => void res.destroy(),
    };
    const stop = await follow(follower, lastIdOf(req));
    if (res.closed) {
      stop();
      return;
    }

    // Keeps proxies from closing the stream, and ends it soon after the right to it has ended.
    const beat = setInterval(async () => {
      const now = await whoIs(req).catch(() => caller);
      if (now) {
        follower.caller = now;
        write(res, ': beat\n\n');
      } else res.end();
    }, beatMs);
    open.add(res);
    res.once('close', () => {
      clearInterval(beat);
      open.delete(res);
      stop();
    });
  });
  return router;
}

function lastIdOf(req: Request): number | undefined {
  const last = Number(req.get('last-event-id'));
  return Number.isSafeInteger(last) && last > 0 ? last : undefined;
}

function write(res: Response, text: string) {
  if (res.writableEnded || res.destroyed) return;
  if (res.writableLength > mostUnreadBytes) res.destroy();
  else res.write(text);
}

/** Streams never end by themselves. A process that stops ends them, so that browsers go to another process. */
export function endStreams() {
  for (const res of open) res.end();
}
