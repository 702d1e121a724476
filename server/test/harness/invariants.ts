import { Client } from 'pg';
import { verify } from '../../src/verify/verify.ts';
import { keysOf } from '../../src/features/audit/seals.rules.ts';
import { figuresAreSettled } from './sql.ts';

/** Sums of details = totals, exact shares, an unbroken audit chain: what `npm run verify` checks, for this test's database. */
export async function brokenInvariants() {
  const connectionString = process.env['MIGRATION_DATABASE_URL']!;
  const client = new Client({ connectionString });
  await client.connect();
  await figuresAreSettled(client);
  await client.end();
  const keys = keysOf(process.env['AUDIT_SEAL_KEYS'] ?? '');
  return (await verify(connectionString, { keys })).filter(({ ok }) => !ok);
}
