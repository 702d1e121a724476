import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { applyMigrations } from '../../src/database/migrate.ts';
import { withClient } from '../../src/database/with-client.ts';
import { temporaryFolder } from '../folders.ts';
import { type Postgres, startPostgres } from '../postgres.ts';
import { archiveNow } from './archive-now.ts';
import { baseBackups } from './base-backups.ts';
import { archiveIn, archiveSettings, openBackupFolder } from './folder.ts';
import { backUpIfDue } from './keep.ts';
import { restore } from './restore.ts';
import { removeOld, takeBackup } from './take.ts';
import { use } from './use.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // real servers on a busy machine

let parent: string;
let folder: string;
let directory: string;
let living: Postgres;
let scratches = 0;

const start = () => startPostgres({ directory, durable: false, options: archiveSettings(folder) });
const url = () => living.url('opex');
const ask = (at: string, text: string) =>
  withClient(at, async (client) => (await client.query<Record<string, unknown>>(text)).rows);
const write = (word: string) => ask(url(), `INSERT INTO written (word) VALUES ('${word}')`);
const now = async () => new Date(String((await ask(url(), 'SELECT clock_timestamp()::text AS at'))[0]?.['at']));
const newScratch = () => join(parent, `scratch-${(scratches += 1)}`);

beforeAll(async () => {
  parent = temporaryFolder('opex-history-test-');
  [folder, directory] = [join(parent, 'kept'), join(parent, 'postgres')];
  openBackupFolder(folder, directory);
  living = await start();
  await ask(living.url('postgres'), 'CREATE DATABASE opex');
  await applyMigrations(url());
  await ask(url(), 'CREATE TABLE written (id int GENERATED ALWAYS AS IDENTITY, word text)');
  await takeBackup({ directory, folder });
});
afterAll(async () => {
  await living.stop();
  rmSync(parent, { recursive: true, force: true });
});

async function restored(to?: Date): Promise<string> {
  const { server } = await restore({ folder, into: newScratch(), to });
  const rows = await ask(server.url('opex'), 'SELECT word FROM written ORDER BY id');
  await server.stop();
  return rows.map(({ word }) => String(word)).join(' ');
}

async function goBackTo(to: Date): Promise<void> {
  await archiveNow(url(), folder);
  const into = newScratch();
  const { server } = await restore({ folder, into, to });
  await server.stop();
  await living.stop();
  use(into, directory, new Date());
  living = await start();
}

/** Something that a history holds, a time after it, and what it holds after that, with a base backup. */
async function goOn(word: string): Promise<Date> {
  await write(word);
  await sleep(50);
  const noted = await now();
  await sleep(50);
  for (const lost of ['lost', 'too']) {
    await write(`${word}-${lost}`);
    await archiveNow(url(), folder);
  }
  await takeBackup({ directory, folder });
  for (const lost of ['and', 'more']) {
    await write(`${word}-${lost}`);
    await archiveNow(url(), folder);
  }
  return noted;
}

test('after going back to before the newest base backup, all can be restored, and gone back again', async () => {
  const first = await goOn('one');
  await goBackTo(first);
  await write('anew');
  await archiveNow(url(), folder);
  expect(await restored()).toBe('one anew');
  expect(await restored(first)).toBe('one');
  const second = await goOn('two');
  expect(await restored()).toBe('one anew two two-lost two-too two-and two-more');
  await goBackTo(second);
  await archiveNow(url(), folder);
  expect(await restored()).toBe('one anew two');
});

test('a base backup of a history that was left is not the one of today, and makes nothing go that is needed', async () => {
  const taken = () => baseBackups(folder).map((backup) => basename(backup.folder));
  const before = taken();
  await backUpIfDue({ directory, url: url(), folder });
  expect(taken()).toEqual([...before, expect.any(String)]);
  await backUpIfDue({ directory, url: url(), folder });
  expect(taken()).toHaveLength(before.length + 1);
  await write('three');
  await archiveNow(url(), folder);
  removeOld(folder, 2); // the other one is of the history that was left, and began later in it
  expect(readdirSync(archiveIn(folder))).toContain(baseBackups(folder).at(-1)?.firstSegment);
  expect(await restored()).toBe('one anew two three');
});

test('an archive belongs to one installation until another takes it over', async () => {
  const elsewhere = join(parent, 'another machine', 'postgres');
  mkdirSync(dirname(elsewhere));
  const isRefused = /belongs to the installation in .*postgres on .*--take-over/;
  expect(() => openBackupFolder(folder, elsewhere)).toThrow(isRefused);
  openBackupFolder(folder, directory); // which has gone back in time
  openBackupFolder(folder, elsewhere, { takeOver: true });
  expect(() => openBackupFolder(folder, directory)).toThrow(isRefused);
  await expect(takeBackup({ directory, folder })).rejects.toThrow(isRefused);
});
