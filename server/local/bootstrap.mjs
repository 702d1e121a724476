// The first file every root script runs: plain JavaScript, because nothing may be installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const entries = {
  start: 'start.ts',
  test: 'test.ts',
  dev: 'dev.ts',
  check: 'check.ts',
  demo: 'demo/main.ts',
  bench: 'bench/main.ts',
  load: 'load.ts',
  verify: 'verify.ts',
  backup: 'backup.ts',
  restore: 'restore.ts',
  rehearse: 'rehearse.ts',
  screenshots: 'screenshots.ts',
  licences: 'licences.ts',
  manifests: 'manifests/main.ts',
  drill: 'drill/main.ts',
  smoke: 'smoke/main.ts',
  deploy: 'deploy/main.ts',
  capacity: 'capacity/main.ts',
  'release-notes': 'release-notes.ts',
};
const [command = '', ...args] = process.argv.slice(2);

requireNode(20, 19);
if (!(command in entries)) fail(`Unknown command "${command}". There are: ${Object.keys(entries).join(', ')}.`);
if (!isInstalled()) await install();
// Tests and measurements never touch the configured database, so they do not read its address.
if (
  ['start', 'dev', 'demo', 'verify', 'backup', 'restore', 'rehearse'].includes(command) &&
  existsSync(join(root, '.env'))
) {
  process.loadEnvFile(join(root, '.env'));
}
await handOver(join(root, 'server/local', entries[command]));

function requireNode(major, minor) {
  const [actualMajor, actualMinor] = process.versions.node.split('.').map(Number);
  if (actualMajor > major || (actualMajor === major && actualMinor >= minor)) return;
  fail(
    `OPEX Manager needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}. See https://nodejs.org`,
  );
}

/** Whether node_modules holds what package-lock.json says; npm writes its own list there when an install is complete. */
function isInstalled() {
  const packagesOf = (file) => JSON.parse(readFileSync(join(root, file), 'utf8')).packages;
  if (!existsSync(join(root, 'node_modules/.package-lock.json'))) return false;
  const installed = packagesOf('node_modules/.package-lock.json');
  return Object.entries(packagesOf('package-lock.json')).every(([path, wanted]) => {
    if (!path.includes('node_modules/')) return true; // a workspace
    const found = installed[path];
    if (!found) return wanted.optional || wanted.devOptional || wanted.peer || wanted.extraneous;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

async function install() {
  process.stdout.write('Installing the packages of package-lock.json (npm ci)\n');
  // NODE_ENV=production would leave out what the build needs.
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund'];
  const npm = process.env.npm_execpath;
  const code = await (npm ? run(process.execPath, [npm, ...options]) : run('npm', options));
  if (code !== 0) fail(`npm ci did not succeed (exit code ${code}). Its own words are above.`);
}

async function handOver(entry) {
  const code = await run(process.execPath, ['--import', 'tsx', '--conditions=development', entry, ...args]);
  process.exit(code);
}

/** Runs a program to its end, passing on what this process is told; the exit code. */
function run(file, programArgs) {
  // The channel tells a command of ours when this process is gone, even after kill -9.
  const child = spawn(file, programArgs, { cwd: root, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm runs scripts through a shell that dies of the SIGTERM which npm was to pass on.
  const shell = process.ppid;
  if (process.env.npm_lifecycle_event) {
    setInterval(() => process.ppid !== shell && child.kill('SIGTERM'), 200).unref();
  }
  return new Promise((resolve) => {
    child.on('error', (error) => fail(error.message));
    child.on('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
