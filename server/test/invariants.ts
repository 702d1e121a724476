import { verify } from '../local/verify.ts';

/** Sums of details = totals, exact shares, an unbroken audit chain: what `npm run verify` checks, for this test's database. */
export const brokenInvariants = async () => (await verify(process.env['DATABASE_URL']!)).filter(({ ok }) => !ok);
