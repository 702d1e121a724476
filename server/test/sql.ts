import { Client, type QueryResultRow } from 'pg';

/** SQL as the owner of the database would write it, past the application. */
export async function sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}
