import { eventEndpoints } from '@opex/contracts/events';
import type { Caller } from '../../lib/caller.ts';
import { type Response, Router } from 'express';
import { serve } from '../../lib/serve.ts';
import { follow } from './events.service.ts';

const beatMs = 4_000;
const open = new Set<Response>();

/** `whoIs` tells, at any later moment, who the request's caller is now; nobody, when the right has ended. */
export function eventsRouter(
  whoIs: (request: Parameters<Parameters<typeof serve>[2]>[1]) => Promise<Caller | undefined>,
) {
  const router = Router();
  serve(router, eventEndpoints.stream, async ({ caller }, req, res) => {
    res.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    });
    res.write(': connected\n\n');
    const last = Number(req.get('last-event-id'));
    const write = (event: string, id: number, data: object) =>
      res.write(`id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const follower = {
      caller,
      send: (event: { id: number }) => write('change', event.id, event),
      reset: (lastId: number) => write('reset', lastId, {}),
    };
    const stop = await follow(follower, Number.isSafeInteger(last) && last > 0 ? last : undefined);
    if (res.closed) {
      stop();
      return;
    }

    // Keeps proxies from closing the stream, and ends it soon after the right to it has ended.
    const beat = setInterval(async () => {
      const now = await whoIs(req).catch(() => caller);
      if (!now) return res.end();
      follower.caller = now;
      return res.write(': beat\n\n');
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

/** Streams never end by themselves; a stopping process ends them so that browsers go to another one. */
export function endStreams() {
  for (const res of open) res.end();
}
