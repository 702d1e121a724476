import type { RequestListener } from 'node:http';
import { fastLane, type Remembered } from './fast-lane.ts';
import { admit } from './overload.ts';

/** The way of every request: what is known is given again; else, if there is room, the app answers. */
export function listenerOf(remembered: Remembered, app: RequestListener): RequestListener {
  const fastFirst = fastLane(remembered);
  return (request, response) => {
    const ordinaryRoad = () => {
      admit(request, response, () => {
        app(request, response);
      });
    };
    fastFirst(request, response, ordinaryRoad);
  };
}
