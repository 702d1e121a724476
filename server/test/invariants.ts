import { verify } from '../local/verify.ts';
import { keysOf } from '../src/features/audit/seals.rules.ts';

/** Sums of details = totals, exact shares, an unbroken audit chain: what `npm run verify` checks, for this test's database. */
export const brokenInvariants = async () =>
  (await verify(process.env['MIGRATION_DATABASE_URL']!, { keys: keysOf(process.env['AUDIT_SEAL_KEYS'] ?? '') })).filter(
    ({ ok }) => !ok,
  );
