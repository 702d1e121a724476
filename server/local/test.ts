import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startTestServices } from './test-services.ts';
import { findTools, installMissing, missingPackages } from './tools.ts';
import { buildIfStale, generate } from './build.ts';
import { CommandFailed, type Defer, runCommand, say } from './command.ts';
import { checkout, notesFolder } from './folders.ts';
import { node, runProgram } from './programs.ts';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

const browserTests = 'client/browser';

await runCommand(test);

async function test(defer: Defer): Promise<number> {
  const args = process.argv.slice(2).filter((arg) => arg !== '--watch');
  const isWatching = process.argv.includes('--watch');
  installMissing(say);
  const missing = missingPackages(findTools());
  if (missing.length > 0 && process.env.CI) {
    say(`${missing.join(' and ')} must be installed: nothing is skipped where CI is set.`);
    throw new CommandFailed('0 passed, 1 failed');
  }
  await generate();
  if (needsBuild(args)) await buildIfStale(defer);
  const services = await startTestServices();
  defer(services.stop);

  const file = join(notesFolder(), `test-results-${process.pid}.json`);
  defer(() => rmSync(file, { force: true }));
  const vitest = join(checkout, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const env = environment(services.env);
  if (isWatching) return runProgram(node(vitest, 'watch', ...args), { env, defer });
  const code = await runProgram(node(vitest, 'run', ...reporters, ...args), { env, defer });
  await services.stop();
  for (const name of missing)
    say(`Skipped what needs ${name}: install it (Debian: apt-get install ${name}) to run everything.`);
  const { passed, failed, skipped } = count(file, code);
  say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  return failed > 0 ? 1 : 0;
}

/** Browser tests drive the built product. A run builds it unless its words, which it finds in paths as Vitest does, leave them out. */
function needsBuild(args: string[]): boolean {
  const projects = args.filter((arg) => arg.startsWith('--project='));
  const words = args.filter((arg) => !arg.startsWith('-')).map((word) => word.toLowerCase());
  if (projects.length > 0 && !projects.some((project) => project.includes('browser'))) return false;
  const paths = readdirSync(join(checkout, browserTests)).map((name) => join(browserTests, name).toLowerCase());
  return words.length === 0 || words.some((word) => paths.some((path) => path.includes(word)));
}

/** Tests never meet the configured services. */
function environment(services: Record<string, string>): NodeJS.ProcessEnv {
  const { DATABASE_URL: _, DATABASE_READ_REPLICA_URL: __, REDIS_URL: ___, ...rest } = process.env;
  return { ...rest, ...services };
}

/** A file that could not be loaded, or an error outside of any test, counts as one that failed. */
function count(file: string, code: number): { passed: number; failed: number; skipped: number } {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
  );
  const failed = report.numFailedTests + broken.length;
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
