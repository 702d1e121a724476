import { Client, type QueryResult, type QueryResultRow } from 'pg';

/** SQL as the owner of the database would write it, past the application; over when the server has settled its figures. */
export async function sql<Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values);
    await figuresAreSettled(client);
    return rows;
  } finally {
    await client.end();
  }
}

/** The same with its values in a row, and rows of which nothing is known. */
export const query = (text: string, ...values: unknown[]): Promise<QueryResult['rows']> => sql(text, values);

/** Facts that another program wrote have their figures within a second. */
export async function figuresAreSettled(client: Pick<Client, 'query'>, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while ((await client.query('SELECT FROM due_figures LIMIT 1')).rowCount) {
    if (performance.now() > deadline) throw new Error('Figures were not settled');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
