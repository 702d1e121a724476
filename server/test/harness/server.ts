import type { RequestListener } from 'node:http';
import { createApp } from '../../src/app.ts';
import * as sessions from '../../src/features/sessions/sessions.service.ts';
import { listenerOf } from '../../src/http/listener.ts';
import { listen } from './listen.ts';

/** The server of this process on a real socket, both roads joined as `main.ts` does; what Express answered carries `x-road: ordinary`. */
export function startServer(app: RequestListener = createApp()) {
  return listen(
    listenerOf(sessions.remembered, (request, response) => {
      response.setHeader('x-road', 'ordinary');
      app(request, response);
    }),
  );
}
