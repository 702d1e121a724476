import type { RequestListener } from 'node:http';
import { createApp, createListener } from '../../src/app.ts';
import { listen } from './listen.ts';

/** The server of this process on a real socket, both roads joined as `main.ts` does; what Express answered carries `x-road: ordinary`. */
export function startServer(app: RequestListener = createApp()) {
  return listen(
    createListener((request, response) => {
      response.setHeader('x-road', 'ordinary');
      app(request, response);
    }),
  );
}
