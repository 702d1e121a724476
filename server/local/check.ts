import { join } from 'node:path';
import { recordBuild } from './build.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { checkout } from './folders.ts';
import { node, npm, runProgram } from './programs.ts';

await runCommand(check);

async function check(defer: Defer): Promise<number> {
  for (const script of ['lint', 'unused', 'licences', 'typecheck', 'build']) {
    say(`npm run ${script}`);
    const code = await runProgram(npm('run', script), { defer });
    if (code !== 0) throw new CommandFailed(`npm run ${script} failed (exit code ${code}).`, code);
  }
  recordBuild();
  const test = join(checkout, 'server/local/test.ts');
  return runProgram(node('--import', 'tsx', '--conditions=development', test), { defer });
}
