import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface Tools {
  redis: string | undefined;
  chromium: string | undefined;
  /** What checks alerts; tests that want it are left out where it is missing. */
  promtool: string | undefined;
  amtool: string | undefined;
  prometheus: string | undefined;
}

const redisNames = ['redis-server', 'valkey-server'];
const chromiumNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const chromiumOfMac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** The programs that tests need and npm cannot install. */
export function findTools(): Tools {
  return {
    redis: process.env.REDIS_SERVER_PATH ?? onPath(redisNames),
    chromium:
      process.env.CHROMIUM_PATH ?? onPath(chromiumNames) ?? (existsSync(chromiumOfMac) ? chromiumOfMac : undefined),
    promtool: onPath(['promtool']),
    amtool: onPath(['amtool']),
    prometheus: onPath(['prometheus']),
  };
}

function onPath(names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's names of what is missing. */
export function missingPackages({ redis, chromium }: Tools): string[] {
  return [...(redis ? [] : ['redis-server']), ...(chromium ? [] : ['chromium'])];
}

/** Installs what is missing where that needs no permission: as root on Debian. */
export function installMissing(say: (line: string) => void): void {
  const missing = missingPackages(findTools());
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  say(`Installing ${missing.join(' and ')} with apt-get`);
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    RUNLEVEL: '1', // the packages' own services stay off
  };
  const options: SpawnSyncOptions = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  spawnSync('apt-get', ['update'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', ...missing], options);
}
