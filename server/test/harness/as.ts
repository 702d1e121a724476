import type { Role } from '@opex/contracts/permissions';
import request from 'supertest';
import { createApp } from '../../src/app.ts';
import { sessionOf, signedInAs } from '../factories/users.ts';

/** The server of this process, asked by nobody in particular. */
export const api = request(createApp());

export type Person = ReturnType<typeof personWith>;

/** A caller whom the server knows by these headers. */
const personWith = (headers: Record<string, string>) => ({
  headers,
  get: (path: string) => api.get(path).set(headers),
  post: (path: string) => api.post(path).set(headers),
  patch: (path: string) => api.patch(path).set(headers),
  delete: (path: string) => api.delete(path).set(headers),
});

/** A new person with this role, who sees these entities (null: all). */
export const as = async (role: Role, entityIds: number[] | null = null) =>
  personWith(await signedInAs(role, entityIds));

/** A new session of a user that there is. */
export const asUser = async (userId: number) => personWith(await sessionOf(userId));

/** A program with this API key. */
export const asKey = (key: string) => personWith({ authorization: `Bearer ${key}` });
