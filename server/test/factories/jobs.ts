import { sql } from '../harness/sql.ts';

/** A job that failed twice, of a kind that no process knows, so that it stays as it is. */
export async function createJob(state: 'waiting' | 'done' | 'failed' | 'cancelled'): Promise<number> {
  const [created] = await sql<{ id: number }>(
    `INSERT INTO jobs (kind, payload, state, due_at, tries)
     VALUES ('of-a-newer-build', '{}', $1, now() + interval '1 hour', 2) RETURNING id`,
    [state],
  );
  return created!.id;
}
