import { randomUUID } from 'node:crypto';
import { createUser } from '../factories/index.ts';
import { type Addresses, ofNone, ofTheWhole } from '../harness/addresses.ts';

const newUser = () => ({ email: `${randomUUID()}@example.com`, name: 'New', role: 'Viewer' });

export const users: Addresses = {
  'GET /roles': { least: 'Viewer', read: ofNone },
  'GET /users': { least: 'Admin', read: ofTheWhole },
  'POST /users': {
    least: 'Admin',
    write: ({ mine, other }) => [
      { body: { ...newUser(), entityIds: [other] } },
      { body: { ...newUser(), entityIds: [mine] } },
      { body: { ...newUser(), entityIds: null } },
    ],
  },
  'GET /users/:id': { least: 'Admin', read: { ...ofTheWhole, id: () => 1 } },
  'PATCH /users/:id': {
    least: 'Admin',
    write: async ({ mine, other }) => [
      { ids: [(await createUser('Viewer', [other])).id], body: { name: 'Mine' } },
      { ids: [(await createUser('Viewer', [mine])).id], body: { entityIds: [mine, other] } },
    ],
  },
  'POST /users/:id/password': {
    least: 'Admin',
    write: async ({ other }) => [{ ids: [(await createUser('Viewer', [other])).id] }],
  },
};
