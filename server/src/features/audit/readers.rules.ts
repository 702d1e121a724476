import type { SubjectType } from '@opex/contracts/changes';
import type { Permission } from '@opex/contracts/permissions';

/**
 * Who learns what of an entry of the log is said here and nowhere else. An entry names the entities that its subject
 * belongs to; they are null where a subject belongs to none in particular, as a vendor does.
 *
 * - An entry shows values of the whole subject. It is read by those who see every entity that it names.
 * - A live notice only tells that something changed. It is heard by those who see one of the entities.
 * - Entries about people and their API keys name no entity. They are read by those who see all entities, and heard by
 *   those who may see users.
 */
type Named = { subjectType: string; entityIds: readonly number[] | null };
type Hearer = { scope: 'all' | readonly number[]; permissions: ReadonlySet<Permission> };

const aboutAccess: readonly SubjectType[] = ['user', 'api-key'];

/** A condition on `audit_entries`; `entities` is the SQL of those that the reader sees. */
export const isReadBy = (entities: string) => `
  (entity_ids <> '{}' AND entity_ids <@ ${entities}
    OR entity_ids IS NULL AND subject_type NOT IN (${aboutAccess.map((type) => `'${type}'`).join(', ')}))`;

export function hears({ scope, permissions }: Hearer, { subjectType, entityIds }: Named): boolean {
  if ((aboutAccess as readonly string[]).includes(subjectType) && !permissions.has('users.view')) return false;
  return scope === 'all' || entityIds === null || entityIds.some((id) => scope.includes(id));
}
