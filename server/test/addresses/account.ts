import { sql } from '../harness/sql.ts';
import { signedInAs } from '../factories/index.ts';
import { type Addresses, ofNone } from '../harness/addresses.ts';

export const account: Addresses = {
  'POST /auth/sign-in': { least: 'nobody', write: 'own' },
  'POST /auth/sign-out': { least: 'Viewer', write: 'own' },
  'GET /auth/me': { least: 'Viewer', read: ofNone },
  'POST /auth/password': { least: 'Viewer', write: 'own' },
  'GET /auth/sessions': { least: 'Viewer', read: ofNone },
  'DELETE /auth/sessions': { least: 'Viewer', write: 'own' },
  'DELETE /auth/sessions/:id': {
    least: 'Viewer',
    write: async () => {
      await signedInAs('Viewer');
      const [session] = await sql<{ id: number }>('SELECT max(id) AS id FROM sessions');
      return [{ ids: [session!.id], nobodyElse: true }];
    },
  },
  'GET /subscriptions': { least: 'Viewer', read: ofNone },
  'PATCH /subscriptions': { least: 'Viewer', write: 'own' },
};
