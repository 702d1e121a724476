import { adminUrl, asApplication, runSql, urlOf } from '../../local/test-databases.ts';
import { grantToApplication } from '../../src/database/grants.ts';
import { applyMigrations } from '../../src/database/migrate.ts';

export const templateName = 'opex_template';

/** Migrates one database; each test file then works on a copy of it. */
export async function setup() {
  await runSql(adminUrl(), `DROP DATABASE IF EXISTS ${templateName} WITH (FORCE)`, `CREATE DATABASE ${templateName}`);
  await applyMigrations(urlOf(adminUrl(), templateName));
  await grantToApplication(urlOf(adminUrl(), templateName), asApplication(adminUrl()));
}
