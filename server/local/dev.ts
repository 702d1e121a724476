import { join } from 'node:path';
import { generate } from './build.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { openOwnDatabase, prepareDatabase } from './database.ts';
import { checkout } from './folders.ts';
import { isFree, nextFreePort } from './ports.ts';
import { startProgram } from './programs.ts';
import { sealSettings } from './seals.ts';

await runCommand(develop, 0);

async function develop(defer: Defer): Promise<number> {
  const port = Number(process.env.PORT ?? 5000);
  if (!(await isFree(port))) {
    throw new CommandFailed(`Port ${port} is taken. This one is free: PORT=${await nextFreePort(port)} npm run dev`);
  }
  await generate();
  const database = await openOwnDatabase(defer);
  await prepareDatabase(database, { isEmpty: process.argv.includes('--empty') });

  const env = {
    NODE_ENV: 'development',
    PORT: String(port),
    DATABASE_URL: database.applicationUrl,
    MIGRATION_DATABASE_URL: '', // the service never acts as the owner
    ...sealSettings(),
    ...(database.replicaUrl ? { DATABASE_READ_REPLICA_URL: database.replicaUrl } : {}),
  };
  const tsx = join(checkout, 'node_modules/tsx/dist/cli.mjs');
  const server = await startProgram(
    [tsx, 'watch', '--clear-screen=false', '--conditions=development', 'server/src/main.ts'],
    {
      env,
      defer,
    },
  );
  const vite = join(checkout, 'node_modules/vite/bin/vite.js');
  const pages = await startProgram([vite, '--clearScreen=false'], { cwd: join(checkout, 'client'), env, defer });
  say(`The API answers on http://localhost:${port} and reloads; the pages are where Vite says below`);
  return Promise.race([server.ended, pages.ended, database.ended.then(() => 1)]);
}
