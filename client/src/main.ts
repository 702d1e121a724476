import { makeQueryClient } from './app/query-client.ts';
import { askFor } from './app/routes.ts';
import { fiscalYears } from './domain/fiscal-years.queries.ts';
import { whenRefused } from './lib/api.ts';
import { look, me, settleSession } from './lib/session.ts';
import { watchSession } from './lib/watch-session.ts';

/** What asks is small and comes first. The server answers while the code that draws is still on its way. */
const client = makeQueryClient();
whenRefused((status) => settleSession(client, status));
watchSession(() => void look(client));
if (!location.pathname.startsWith('/sign-in')) {
  // A failure shows where the answer is used.
  client.query(me).catch(() => undefined);
  client.query(fiscalYears).catch(() => undefined);
}
askFor(client, location);
void import('./app/app.tsx').then(({ draw }) => draw(client));
