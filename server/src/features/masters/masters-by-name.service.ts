import type { MasterKind } from '@opex/contracts/masters';
import type { Transaction } from '../../database/transaction.ts';
import * as audit from '../audit/audit.service.ts';
import { findByNames, findNames } from './masters-by-name.repository.ts';
import * as repository from './masters.repository.ts';
import { subjectOf } from './masters.service.ts';

/** Masters as files name them, for what loads files. */
export { findByNames, findNames };

/** Of all entities, for what is said of changes. */
export const entityNames = async () => new Map((await findNames('entities', 'all')).map(({ id, name }) => [id, name]));

/** A new one as a part of a larger change. */
export async function createIn(tx: Transaction, kind: MasterKind, name: string) {
  const created = await repository.insert(kind, name, tx);
  const entry: audit.Recorded = {
    action: 'master.created',
    ...subjectOf(kind, created),
    changes: audit.differences({}, { name }),
  };
  return { id: created.id, entry };
}
