import { config } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { reportOn } from '../verify/report.ts';

/** Recomputes every figure and checks the chain of the audit log. It only reads, so any role will do that may read all. */
export async function run() {
  const isSound = await reportOn(addressOf.primary(), config, (line) => process.stdout.write(`${line}\n`));
  if (!isSound) process.exitCode = 1;
}
