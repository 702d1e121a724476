import { granted, keyPermissions, type Permission, type Role, takesWholeScope } from '@opex/contracts/permissions';

/** The entities that a person may see. It belongs into every query and every cache key. */
export type Scope = 'all' | readonly number[];

/** Who is calling, by session or by API key. */
export type Caller = {
  id: number;
  email: string;
  name: string;
  role: Role;
  scope: Scope;
  permissions: ReadonlySet<Permission>;
  mustChangePassword: boolean;
  /** Absent for API keys. */
  sessionId?: number;
};

export const permissionsOf = (role: Role, scope: Scope): ReadonlySet<Permission> =>
  new Set(granted[role].filter((permission) => scope === 'all' || !takesWholeScope(permission)));

/** What an API key was given, as far as keys may have it and as far as the key's owner still has it. */
export const permissionsOfKey = (ofOwner: ReadonlySet<Permission>, given: readonly string[]): ReadonlySet<Permission> =>
  new Set(keyPermissions.filter((permission) => given.includes(permission) && ofOwner.has(permission)));

export const covers = (scope: Scope, entityId: number | null) =>
  scope === 'all' || (entityId !== null && scope.includes(entityId));

/** The entities a request is about: the caller's scope, narrowed by a filter. */
export function narrow(scope: Scope, entityIds?: readonly number[]): Scope {
  if (!entityIds) return scope;
  return scope === 'all' ? entityIds : entityIds.filter((entityId) => scope.includes(entityId));
}
