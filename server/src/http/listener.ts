import type { RequestListener } from 'node:http';
import { countProxies } from './client-address.ts';
import { fastLane, type Remembered } from './fast-lane.ts';
import { holderOf, type KnownCallers } from './holders.ts';
import { admit } from './overload.ts';
import { whenReady } from './starting.ts';

type Known = { sessions: Remembered; callers: KnownCallers };

/** The way of every request: what is known is given again; else, if there is room, the app answers. */
export function listenerOf({ sessions, callers }: Known, app: RequestListener): RequestListener {
  const fastFirst = fastLane(sessions);
  return (request, response) => {
    countProxies(request);
    const ordinaryRoad = () => {
      const takeOn = () => {
        app(request, response);
      };
      whenReady(request.url, () => admit(request, response, takeOn, () => holderOf(request, callers)));
    };
    fastFirst(request, response, ordinaryRoad);
  };
}
