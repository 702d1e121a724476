import { Client, type QueryResultRow } from 'pg';
import { config } from '../src/config.ts';

/** SQL as an administrator of the database would write it, past the application. */
export async function sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: config.DATABASE_URL });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}
