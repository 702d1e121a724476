import { parseArgs } from 'node:util';
import { closeRedis } from '../cache/redis.ts';
import { closeDatabase } from '../database/database.ts';
import { securityLog } from '../features/security-events/security-events.duties.ts';
import * as rescue from '../features/users/rescue.service.ts';
import { stopDuties } from '../lib/duties.ts';

type Rescue = (email: string, networks: string[]) => Promise<string>;

const rescues: Record<string, Rescue> = {
  'reset-password': rescue.resetPassword,
  unlock: rescue.unlock,
  'end-sessions': rescue.endSessions,
};
const usage = `Use: admin ${Object.keys(rescues).join(' | ')} <e-mail address> [--address <address signed in from>]`;

/** For an operator, when nobody can sign in who could do it in the page. The audit log names the command. */
export async function run(args: string[]) {
  const { positionals, values } = parse(args);
  const [name = '', email, ...more] = positionals;
  const help = Object.hasOwn(rescues, name) ? rescues[name] : undefined;
  if (!help || !email || more.length > 0) throw new Error(usage);
  try {
    process.stdout.write(`${await help(email, values.address ?? [])}\n`);
  } finally {
    await stopDuties([securityLog], 5_000);
    closeRedis();
    await closeDatabase();
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { address: { type: 'string', multiple: true } } });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${usage}`, { cause: error });
  }
}
