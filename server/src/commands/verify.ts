import { config } from '../config.ts';
import { addressOf } from '../lib/addresses.ts';
import { reportAndKeep } from '../verify/report.ts';

/**
 * Recomputes every figure and checks the chain of the audit log. Any role will do that may read all; one that may write
 * keeps the result for the metrics.
 */
export async function run() {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  if (!(await reportAndKeep(addressOf.primary(), config, say))) process.exitCode = 1;
}
