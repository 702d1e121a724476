import { randomUUID } from 'node:crypto';
import type { Role } from '@opex/contracts/permissions';
import { inTransaction } from '../../src/database/transaction.ts';
import * as sessions from '../../src/features/sessions/sessions.service.ts';
import { csrfTokenOf } from '../../src/features/sessions/sessions.rules.ts';
import { sessionCookie } from '../../src/http/middleware/authenticate.ts';
import { hashPassword } from '../../src/lib/passwords/passwords.ts';
import { written } from './written.ts';

export const password = 'a long enough password';
const passwordHash = hashPassword(password);

export async function createUser(role: Role, entityIds: number[] | null = null) {
  const hash = await passwordHash;
  return written((tx) =>
    tx.user.create({
      data: {
        email: `${randomUUID()}@example.com`,
        name: `${role} ${randomUUID().slice(0, 4)}`,
        passwordHash: hash,
        role,
        allEntities: entityIds === null,
        userEntities: { create: (entityIds ?? []).map((entityId) => ({ entityId })) },
      },
    }),
  );
}

/** The headers of a session of this user. */
export async function sessionOf(userId: number) {
  const from = { address: '127.0.0.1', userAgent: 'test', device: '' };
  const token = await inTransaction([], (tx) => sessions.start(userId, from, tx));
  return { cookie: `${sessionCookie}=${token}`, 'x-csrf-token': csrfTokenOf(token) };
}

/** The headers of a signed-in user with this role, who sees these entities (null: all). */
export const signedInAs = async (role: Role, entityIds: number[] | null = null) =>
  sessionOf((await createUser(role, entityIds)).id);
