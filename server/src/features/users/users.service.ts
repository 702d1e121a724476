import { randomBytes } from 'node:crypto';
import { type ChangePasswordBody, newPassword } from '@opex/contracts/auth';
import { describeRole, granted, roles } from '@opex/contracts/permissions';
import type {
  CreateUserBody,
  ListUsersQuery,
  RoleDescription,
  UpdateUserBody,
  User,
  UserPage,
  UserWithPassword,
} from '@opex/contracts/users';
import { z } from 'zod';
import { config } from '../../config.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, invalid, notFound } from '../../lib/errors.ts';
import { hashPassword } from '../../lib/passwords/passwords.ts';
import { recordSecurityEvent } from '../../lib/security-log.ts';
import type { Transaction } from '../../database/transaction.ts';
import * as apiKeys from '../api-keys/api-keys.service.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change } from '../audit/change.service.ts';
import * as mail from '../mail/mail.service.ts';
import * as passwords from '../passwords/passwords.service.ts';
import * as sessions from '../sessions/sessions.service.ts';
import * as settings from '../settings/settings.service.ts';
import { newAdministrator, passwordChanged } from './account-notices.rules.ts';
import * as repository from './users.repository.ts';

export const subjectOf = ({ id, email }: Pick<User, 'id' | 'email'>): audit.Subject => ({
  type: 'user',
  id,
  label: email,
});

export const list = async (query: ListUsersQuery): Promise<UserPage> =>
  repository.findPage(query, await settings.cursorSecret());

/** Where they are told of what concerns the installation. */
export const administrators = (tx: Transaction) => repository.findAdmins(tx);

export const describeRoles = (): RoleDescription[] =>
  roles.map((role) => ({ role, description: describeRole[role], permissions: [...granted[role]] }));

export async function get(id: number): Promise<User> {
  const user = await repository.findById(id);
  if (!user) throw notFound('User');
  return user;
}

export async function create(actor: Caller, body: CreateUserBody): Promise<UserWithPassword> {
  const temporary = await passwords.makeTemporary();
  const user = await addUser(actor, { ...body, passwordHash: temporary.hash, passwordExpiresAt: temporary.expiresAt });
  return withPassword(user, temporary);
}

const withPassword = (user: User, { password, expiresAt }: { password: string; expiresAt: Date }) => ({
  ...user,
  temporaryPassword: password,
  temporaryPasswordExpiresAt: expiresAt.toISOString(),
});

/** `access` is raised with every change of a user: it takes effect on the next request, everywhere. */
const way = {
  tags: ['access' as const],
  refusals: { duplicate: () => conflict('There is already a user with this e-mail address') },
};

const addUser = (
  actor: Caller | { id: null; name: string },
  fields: CreateUserBody & { passwordHash: string; passwordExpiresAt: Date | null },
) =>
  change(actor, way, async (tx) => {
    const user = await repository.insert(fields, tx);
    if (user.role === 'Admin') await tellOfAdmin(actor, user, tx);
    const { email, name, role, entityIds } = user;
    const changes = audit.differences({}, { email, name, role, entityIds });
    return { answer: user, entries: { action: 'user.created', subject: subjectOf(user), changes } };
  });

export async function update(actor: Caller, id: number, version: number, body: UpdateUserBody): Promise<User> {
  const user = await change(actor, way, async (tx) => {
    const before = await asSeen('user', repository.lock(id, tx), version);
    await repository.update(id, body, tx);
    await keepAnAdmin(id, before, body, tx);
    if (body.disabled) await sessions.endAllOf(id, tx);
    const after = (await repository.findById(id, tx)) as User;
    if (after.role === 'Admin' && before.role !== 'Admin') await tellOfAdmin(actor, after, tx);
    const changes = audit.differences(before, pick(after, Object.keys(body)));
    return { answer: after, entries: { action: 'user.updated', subject: subjectOf(after), changes } };
  });
  if (body.disabled) sessions.noteEnded(user, 'disabled');
  return user;
}

async function tellOfAdmin(actor: audit.Actor, user: User, tx: Transaction) {
  const others = await repository.findAdmins(tx, user.id);
  const mails = others.map((email) => newAdministrator(email, user, actor.name, config.PUBLIC_URL));
  await mail.send(mails, actor, tx);
}

const pick = (record: object, fields: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([field]) => fields.includes(field)));

async function keepAnAdmin(id: number, before: User, changes: UpdateUserBody, tx: Transaction) {
  const wasAdmin = before.role === 'Admin' && !before.disabled && before.entityIds === null;
  const staysAdmin = (changes.role ?? 'Admin') === 'Admin' && !changes.disabled && !changes.entityIds;
  if (wasAdmin && !staysAdmin && (await repository.countOtherAdmins(id, tx)) === 0)
    throw conflict('This is the last administrator; make somebody else one first');
}

export async function resetPassword(actor: Caller | { id: null; name: string }, id: number): Promise<UserWithPassword> {
  const temporary = await passwords.makeTemporary();
  const reset = await change(actor, way, async (tx) => {
    if (!(await repository.lock(id, tx))) throw notFound('User');
    await passwords.forgetPlaces(id, tx);
    await passwords.set(id, temporary.hash, temporary.expiresAt, tx);
    await sessions.endAllOf(id, tx);
    const user = (await repository.findById(id, tx)) as User;
    await mail.send([passwordChanged(user, actor.name, config.PUBLIC_URL)], actor, tx);
    return { answer: user, entries: { action: 'user.password-reset', subject: subjectOf(user) } };
  });
  const details = { by: 'email' in actor ? actor.email : actor.name };
  recordSecurityEvent({ event: 'authn_password_reset', userId: id, subject: reset.email, details });
  sessions.noteEnded(reset, 'password reset');
  return withPassword(reset, temporary);
}

/** A new password ends every session; the one who changed it gets a new one. */
export async function changePassword(
  caller: Caller,
  { current, next, revokeKeys }: ChangePasswordBody,
  from: sessions.From,
) {
  const hash = await passwords.hashOf(caller.id);
  if (!hash || !(await passwords.isRight(caller, hash, current, from, 'change'))) throw notYours();
  if (next === current) throw invalid('/next', 'Choose another password than the one you have');
  const weak = await passwords.weakness(next, caller);
  if (weak) throw invalid('/next', weak);
  const nextHash = await hashPassword(next);
  const token = await change(caller, way, async (tx) => {
    if (!(await passwords.isStill(caller.id, hash, tx))) throw notYours();
    await passwords.forgetPlaces(caller.id, tx);
    await passwords.welcome(caller.id, from, tx);
    await passwords.set(caller.id, nextHash, null, tx);
    await sessions.endAllOf(caller.id, tx);
    const revoked = revokeKeys ? await apiKeys.revokeAllOf(caller, tx) : [];
    const token = await sessions.start(caller.id, from, tx);
    await mail.send([passwordChanged(caller, caller.name, config.PUBLIC_URL)], caller, tx);
    return { answer: token, entries: [...revoked, { action: 'user.password-changed', subject: subjectOf(caller) }] };
  });
  recordSecurityEvent({ event: 'authn_password_change', userId: caller.id, subject: caller.email });
  sessions.noteEnded(caller, 'password changed');
  return sessions.signedIn({ ...caller, mustChangePassword: false }, token);
}

function notYours() {
  const refusal = invalid('/current', 'This is not your password');
  refusal.details.security = { event: 'authn_password_change_fail' };
  return refusal;
}

/** A new installation needs an administrator, who lets the others in. Answers what to print, once. */
export async function ensureFirstAdmin(email = 'admin@localhost', givenPassword?: string): Promise<string | undefined> {
  if (!(await repository.isEmpty())) return undefined;
  const password = givenPassword ?? randomBytes(15).toString('base64url');
  z.parse(newPassword, password);
  const weak = await passwords.weakness(password, { name: '', email });
  if (weak) throw new Error(`OPEX_ADMIN_PASSWORD: ${weak}`);
  await addUser(
    { id: null, name: 'Installation' },
    {
      email,
      name: 'Administrator',
      role: 'Admin',
      entityIds: null,
      passwordHash: await hashPassword(password),
      passwordExpiresAt: null,
    },
  );
  return `The first administrator is ${email}${givenPassword ? '' : ` with the password ${password} (shown only now)`}`;
}
