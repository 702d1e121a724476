import { withClient } from '../src/database/with-client.ts';

/** The database server of `npm test`, as its owner. */
export function adminUrl() {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('Tests need their database: run them by `npm test`, for example `npm test -- budgets`.');
  return url;
}

/** The same database as the role that the service runs as. */
export function asApplication(server: string) {
  const [url, { username, password }] = [new URL(server), new URL(process.env['TEST_APPLICATION_URL'] ?? server)];
  return Object.assign(url, { username, password }).toString();
}

export const runSql = (connectionString: string, ...statements: string[]) =>
  withClient(connectionString, async (client) => {
    for (const statement of statements) await client.query(statement);
  });

export function urlOf(server: string, databaseName: string) {
  const url = new URL(server);
  url.pathname = databaseName;
  return url.toString();
}

/** A Redis database for each worker that runs test files. */
export const redisOfWorker = (server: string) => `${server}/${Number(process.env['VITEST_POOL_ID'] ?? 1) % 16}`;
