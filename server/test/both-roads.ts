import type { Express } from 'express';
import * as sessions from '../src/features/sessions/sessions.service.ts';
import { fastLane } from '../src/http/fast-lane.ts';
import { listen } from './another-process.ts';

const fastFirst = fastLane(sessions.remembered);

/** The whole server as `main.ts` joins it; what Express answered carries `x-road: ordinary`. */
export const listenOnBothRoads = (app: Express) =>
  listen((request, response) =>
    fastFirst(request, response, () => {
      response.setHeader('x-road', 'ordinary');
      app(request, response);
    }),
  );
