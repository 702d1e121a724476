import { addressOf } from '../lib/addresses.ts';
import { grantToApplication } from '../database/grants.ts';
import { applyMigrations } from '../database/migrate.ts';

/** Brings the database to what this build needs. The one command that acts as the owner of the tables. */
export async function run() {
  const applied = await applyMigrations(addressOf.owner());
  await grantToApplication(addressOf.owner(), addressOf.primary());
  for (const name of applied) process.stdout.write(`Applied ${name}\n`);
  process.stdout.write(`The database is as this build needs it (${applied.length} migrations applied)\n`);
}
