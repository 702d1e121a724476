import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Compose, docker } from './compose.ts';
import type { Load } from './load.ts';

/** What was answered as written is there, and only once, whatever was killed meanwhile. */
export async function everyRemarkIsThereOnce(
  database: { sql: (text: string) => Promise<string> },
  remarks: Load['remarks'],
): Promise<string[]> {
  const kept = new Map<string, number>();
  for (const text of (await database.sql('SELECT text FROM remarks')).split('\n'))
    kept.set(text, (kept.get(text) ?? 0) + 1);
  return remarks
    .filter(({ text }) => kept.get(text) !== 1)
    .map(({ text }) => `${text}: there ${kept.get(text) ?? 0} times`);
}

/** Neither in the images, nor in what the engine tells of the containers, nor in what they wrote to their logs. */
export async function noSecretIsSeen(compose: Compose, folder: string, version: string): Promise<string[]> {
  const containers = (await compose.run('ps', '--all', '--quiet')).split('\n').filter(Boolean);
  const seen = [
    await docker(['inspect', ...containers]),
    await docker(['image', 'inspect', `opex-manager:${version}`, `opex-manager-web:${version}`]),
    await docker(['history', '--no-trunc', `opex-manager:${version}`]),
    await compose.run('logs', '--no-color'),
    await compose.run('config'),
  ].join('\n');
  return readdirSync(folder)
    .filter((name) => !name.startsWith('tls.crt'))
    .map((name) => ({ name, secret: readFileSync(join(folder, name), 'utf8').trim() }))
    .filter(({ secret }) => secret !== '' && seen.includes(secret))
    .map(({ name }) => `the secret ${name} can be seen`);
}
