import { sql } from '../harness/sql.ts';
import { createUser } from './users.ts';

/** Of a person who sees all entities; it changes one service, if there is the row. */
export async function createImport(state = 'checked', name = 'Budget FY26.csv') {
  const { id: userId } = await createUser('Admin');
  const [made] = await sql<{ id: number }>(
    `INSERT INTO imports (name, kind, state, bytes, sha256, counts, found, upload, created_by)
     VALUES ($3, 'budget', $2, 1, sha256(random()::text::bytea), '{"changed": 1, "unchanged": 0, "rejected": 0, "missing": 0}',
       (SELECT json_build_object('fy', max(label)) FROM fiscal_years), 'none', $1) RETURNING id`,
    [userId, state, name],
  );
  return made!.id;
}
