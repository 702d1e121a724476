import { Client } from 'pg';
import { grantToApplication } from '../src/database/grants.ts';
import { applyMigrations } from '../src/database/migrate.ts';

export const templateName = 'opex_template';

/** Migrates one database; each test file then works on a copy of it. */
export async function setup() {
  await runSql(adminUrl(), `DROP DATABASE IF EXISTS ${templateName} WITH (FORCE)`, `CREATE DATABASE ${templateName}`);
  await applyMigrations(urlOf(adminUrl(), templateName));
  await grantToApplication(urlOf(adminUrl(), templateName), asApplication(adminUrl()));
}

/** The same database as the role that the service runs as. */
export function asApplication(server: string) {
  const [url, { username, password }] = [new URL(server), new URL(process.env['TEST_APPLICATION_URL'] ?? server)];
  return Object.assign(url, { username, password }).toString();
}

export function adminUrl() {
  const url = process.env['TEST_DATABASE_URL'];
  if (!url) throw new Error('Tests need their database: run them by `npm test`, for example `npm test -- budgets`.');
  return url;
}

export async function runSql(connectionString: string, ...statements: string[]) {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

export function urlOf(server: string, databaseName: string) {
  const url = new URL(server);
  url.pathname = databaseName;
  return url.toString();
}
