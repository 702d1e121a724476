// Generates the Prisma client into server/src/generated, when its schema has changed since the last time.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const generated = join(root, 'server/src/generated');
const stamp = join(generated, 'prisma.hash');

const hash = hashOfInputs();
const isCurrent =
  existsSync(join(generated, 'prisma/client.ts')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
if (!isCurrent) generate();

function hashOfInputs() {
  const schemas = readdirSync(join(root, 'prisma'), { recursive: true }).filter((name) => name.endsWith('.prisma'));
  const files = [
    'prisma.config.ts',
    'node_modules/prisma/package.json',
    ...schemas.sort().map((name) => join('prisma', name)),
  ];
  const sum = createHash('sha256');
  for (const file of files) sum.update(file).update(readFileSync(join(root, file)));
  return sum.digest('hex');
}

function generate() {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/prisma/build/index.js'), 'generate'],
    {
      cwd: root,
      encoding: 'utf8',
      env: {
        // Any existing file spares the download of an engine that generating never runs.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        ...process.env,
      },
    },
  );
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
  mkdirSync(generated, { recursive: true });
  writeFileSync(stamp, hash);
}
