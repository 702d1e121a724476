import { eventEndpoints } from '@opex/contracts/events';
import type { Caller } from '../../lib/caller.ts';
import { type Request, type Response, Router } from 'express';
import { serve } from '../../http/serve.ts';
import { follow } from './events.service.ts';

/** More than the longest replay. A reader this far behind reads no more; when it comes back it is told what it missed. */
const mostUnreadBytes = 256 * 1024;
const connected = Buffer.from(': connected\n\n');

/** `whoIs` answers what tells at any later moment who the request's caller is then: undefined when the right has ended. */
export function eventsRouter(whoIs: (request: Request) => () => Promise<Caller | undefined>) {
  const router = Router();
  serve(router, eventEndpoints.stream, async ({ caller }, req, res) => {
    // It ends with its connection, so that a frame goes out as it is, without being wrapped for each stream.
    res.removeHeader('Transfer-Encoding');
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'close',
    });
    if (req.method === 'HEAD') {
      res.end();
      return;
    }
    write(res, connected);
    const reader = {
      caller,
      whoIs: whoIs(req),
      send: (frame: Buffer) => write(res, frame),
      end: (lastFrame?: Buffer) => void res.end(lastFrame),
    };
    const stop = await follow(reader, lastIdOf(req));
    if (res.closed) stop();
    else res.once('close', stop);
  });
  return router;
}

function lastIdOf(req: Request): number | undefined {
  const last = Number(req.get('last-event-id'));
  return Number.isSafeInteger(last) && last > 0 ? last : undefined;
}

function write(res: Response, frame: Buffer) {
  if (res.writableEnded || res.destroyed) return;
  if (res.writableLength > mostUnreadBytes) res.destroy();
  else res.write(frame);
}
