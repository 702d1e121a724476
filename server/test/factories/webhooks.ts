import { randomUUID } from 'node:crypto';
import { sql } from '../harness/sql.ts';

/** A webhook that is told of nothing that happens in tests. */
export async function createWebhook(): Promise<number> {
  const [created] = await sql<{ id: number }>(
    `INSERT INTO webhooks (name, url, events, secret) VALUES ($1, 'https://example.com', '{of-a-newer-build}', '') RETURNING id`,
    [randomUUID()],
  );
  return created!.id;
}
