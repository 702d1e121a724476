import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Defer, say } from './command.ts';
import { checkout, notesFolder } from './folders.ts';
import { endGroup, npm } from './programs.ts';
import { runQuietly } from './processes.ts';

const sources = ['package-lock.json', 'prisma.config.ts', 'prisma', 'tsconfig.base.json', 'server', 'client'];
const ignored = /^(node_modules|dist|generated|local|test|\.tsbuild|.*\.(test|md|tsbuildinfo)(\.tsx?)?)$/;
const stamp = () => join(notesFolder(), 'build.hash');
const results = ['server/dist/main.js', 'client/dist/index.html'].map((name) => join(checkout, name));

/** Builds the server and the pages, unless they are what the sources would give again. */
export async function buildIfStale(defer: Defer): Promise<void> {
  const hash = hashOfSources();
  if (results.every(existsSync) && existsSync(stamp()) && readFileSync(stamp(), 'utf8') === hash) return;
  say('Building the server and the pages (up to a minute)');
  rmSync(stamp(), { force: true });
  await runQuietly(...npm('run', 'build'), {
    name: 'npm run build',
    cwd: checkout,
    onStart: (child) => defer(() => endGroup(child)),
  });
  writeFileSync(stamp(), hash);
}

/** Notes that the sources as they are now have been built. */
export function recordBuild(): void {
  writeFileSync(stamp(), hashOfSources());
}

/** Generates the Prisma client, unless it is there. */
export async function generate(): Promise<void> {
  await runQuietly(process.execPath, [join(checkout, 'server/local/generate.mjs')], { name: 'prisma generate' });
}

function hashOfSources(): string {
  const sum = createHash('sha256');
  for (const file of sources.flatMap(filesOf)) sum.update(file).update(readFileSync(join(checkout, file)));
  return sum.digest('hex');
}

function filesOf(path: string): string[] {
  const full = join(checkout, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  const names = readdirSync(full).filter((name) => !ignored.test(name));
  return names.sort().flatMap((name) => filesOf(join(path, name)));
}
