import * as z from 'zod/mini';
import { example, id, idParams, nameText, timestamp } from './common.ts';
import { endpoint } from './endpoint.ts';
import { permissions, roles } from './permissions.ts';

/** At most 256 bytes, so that hashing stays bounded. */
export const password = z.string().check(
  z.refine((value) => new TextEncoder().encode(value).length <= 256, 'Use at most 256 bytes'),
  z.minLength(1),
  z.describe('At most 256 bytes of UTF-8'),
  example('seven grey herons over Pune'),
);
export const newPassword = password.check(
  z.minLength(12, 'Use at least 12 characters'),
  example('nine amber kites over Pune'),
);
export const email = nameText(254).check(
  z.regex(/^[^@\s,;:()<>"]+@([^@\s,;:()<>"]+\.[^@\s,;:()<>"]+|localhost)$/, 'Use an e-mail address'),
  example('asha@example.com'),
);

export const signedInUser = z.object({
  id,
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  permissions: z.array(z.enum(permissions)),
  /** null: all entities. */
  entityIds: z.nullable(z.array(id)),
  mustChangePassword: z.boolean(),
});
export type SignedInUser = z.infer<typeof signedInUser>;

export const signedIn = z.object({ user: signedInUser, csrfToken: z.nullable(z.string()) });
export type SignedIn = z.infer<typeof signedIn>;

export const session = z.object({
  id,
  createdAt: timestamp,
  lastSeenAt: timestamp,
  address: z.string(),
  userAgent: z.string(),
  current: z.boolean(),
});
export type Session = z.infer<typeof session>;

export const changePasswordBody = z.strictObject({
  current: password,
  next: newPassword,
  /** Revokes the person's API keys, too. Otherwise they stay valid, for programs do not know the password. */
  revokeKeys: z.optional(z.boolean()),
});
export type ChangePasswordBody = z.infer<typeof changePasswordBody>;

const tag = 'Signing in';
export const authEndpoints = {
  signIn: endpoint({
    method: 'post',
    path: '/auth/sign-in',
    tag,
    summary: 'Sign in',
    permission: 'public',
    body: z.strictObject({ email: z.string().check(z.maxLength(254), example('asha@example.com')), password }),
    answer: signedIn,
  }),
  signOut: endpoint({
    method: 'post',
    path: '/auth/sign-out',
    tag,
    summary: 'End this session',
    permission: 'session',
  }),
  me: endpoint({
    method: 'get',
    path: '/auth/me',
    tag,
    summary: 'Who is signed in',
    permission: 'signed-in',
    answer: signedIn,
  }),
  changePassword: endpoint({
    method: 'post',
    path: '/auth/password',
    tag,
    permission: 'session',
    summary: 'Change your password; every other session ends',
    body: changePasswordBody,
    answer: signedIn,
  }),
  sessions: endpoint({
    method: 'get',
    path: '/auth/sessions',
    tag,
    summary: 'Your open sessions',
    permission: 'session',
    answer: z.object({ data: z.array(session) }),
  }),
  endSession: endpoint({
    method: 'delete',
    path: '/auth/sessions/:id',
    tag,
    summary: 'End one of your sessions',
    permission: 'session',
    params: idParams,
  }),
  endOtherSessions: endpoint({
    method: 'delete',
    path: '/auth/sessions',
    tag,
    summary: 'Sign out everywhere else',
    permission: 'session',
  }),
};
