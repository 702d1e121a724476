import { isSubject, subjects, type SubjectType } from '@opex/contracts/changes';
import { type Permission, takesWholeScope } from '@opex/contracts/permissions';

/**
 * Who learns what of an entry of the log is said here and nowhere else, but for the right that each subject takes (`seenBy`).
 * An entry names the entities that its subject belongs to; they are null where a subject belongs to none in particular, as a
 * vendor does.
 *
 * - An entry shows values of the whole subject. It is read by those who see every entity that it names.
 * - A live notice only tells that something changed. It is heard by those who see one of the entities, and who may see
 *   that kind of thing: a key has fewer permissions than its owner.
 * - Entries about people, their API keys, jobs and webhooks name no entity. They are read by those who see all entities, and
 *   heard by those who may see users, or jobs, or keep webhooks.
 */
type Named = { subjectType: string; entityIds: readonly number[] | null };
type Hearer = { scope: 'all' | readonly number[]; permissions: ReadonlySet<Permission> };

const types = Object.keys(subjects) as SubjectType[];
const ofTheWhole = types.filter((type) => takesWholeScope(subjects[type].seenBy));

/** A condition on `audit_entries`; `entities` is the SQL of those that the reader sees. */
export const isReadBy = (entities: string) => `
  (entity_ids <> '{}' AND entity_ids <@ ${entities}
    OR entity_ids IS NULL AND subject_type NOT IN (${ofTheWhole.map((type) => `'${type}'`).join(', ')}))`;

export function hears({ scope, permissions }: Hearer, { subjectType, entityIds }: Named): boolean {
  // A newer build may write of what this one does not know.
  const { seenBy } = isSubject(subjectType) ? subjects[subjectType] : subjects.service;
  if (!permissions.has(seenBy)) return false;
  return scope === 'all' || entityIds === null || entityIds.some((id) => scope.includes(id));
}
