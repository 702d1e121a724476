import type { Express } from 'express';
import { fastLane } from '../src/http/fast-lane.ts';
import { listen } from './another-process.ts';

/** The whole server as `main.ts` joins it; what Express answered carries `x-road: ordinary`. */
export const listenOnBothRoads = (app: Express) =>
  listen((request, response) =>
    fastLane(request, response, () => {
      response.setHeader('x-road', 'ordinary');
      app(request, response);
    }),
  );
