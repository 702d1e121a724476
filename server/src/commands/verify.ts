import { config } from '../config.ts';
import { closeDatabase } from '../database/database.ts';
import * as verifications from '../features/operations/verifications.service.ts';
import { addressOf } from '../lib/addresses.ts';
import { reportOn } from '../verify/report.ts';

/**
 * Recomputes every figure and checks the chain of the audit log. Any role will do that may read all; one that may write
 * keeps the result for the metrics.
 */
export async function run() {
  let broken = 0;
  const say = (line: string) => {
    if (line.startsWith('BROKEN')) broken += 1;
    process.stdout.write(`${line}\n`);
  };
  const isSound = await reportOn(addressOf.primary(), config, say);
  await verifications
    .note(broken)
    .catch((error: unknown) => say(`note    the result was not kept: ${(error as Error).message}`));
  await closeDatabase();
  if (!isSound) process.exitCode = 1;
}
