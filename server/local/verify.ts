import { reportAndKeep } from '../src/verify/report.ts';
import { type Defer, runCommand, say } from './command.ts';
import { openDatabase } from './database.ts';
import { sealSettings } from './seals.ts';

await runCommand(async (defer: Defer) => {
  const { url, applicationUrl } = await openDatabase(defer);
  const isSound = await reportAndKeep(url, sealSettings(), say);
  if (process.env.DATABASE_URL && new URL(url).username === new URL(applicationUrl).username)
    say('note    rewriting the audit log is not prevented: DATABASE_URL is the owner (see MIGRATION_DATABASE_URL)');
  return isSound ? 0 : 1;
});
