import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkArchive, checkNotes } from '../../src/backup/check.ts';
import { applyMigrations } from '../../src/database/migrate.ts';
import { withClient } from '../../src/database/with-client.ts';
import { verify } from '../../src/verify/verify.ts';
import { loadDemo } from '../demo/load.ts';
import { temporaryFolder } from '../folders.ts';
import { type Postgres, startPostgres } from '../postgres.ts';
import { waitUntil } from '../processes.ts';
import { archiveNow } from './archive-now.ts';
import { type BaseBackup, baseBackups, dataIn, describedIn } from './base-backups.ts';
import { checkFolder } from './check-folder.ts';
import { archiveIn, archiveSettings, openBackupFolder, requireRoom } from './folder.ts';
import { backUp } from './keep.ts';
import { restore, type Restored } from './restore.ts';
import { isSegment } from './segments.ts';
import { removeOld, takeBackup } from './take.ts';
import { timeOf } from './time.ts';
import { use } from './use.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // real servers on a busy machine

let parent: string;
let folder: string;
let directory: string;
let living: Postgres;
let first: BaseBackup;
let scratches = 0;

const start = () => startPostgres({ directory, durable: false, options: archiveSettings(folder) });
const url = () => living.url('opex');
const ask = (at: string, text: string) =>
  withClient(at, async (client) => (await client.query<Record<string, unknown>>(text)).rows);

beforeAll(async () => {
  parent = temporaryFolder('opex-backup-test-');
  [folder, directory] = [join(parent, 'kept elsewhere, 100%'), join(parent, 'postgres')];
  openBackupFolder(folder, directory);
  living = await start();
  await ask(living.url('postgres'), 'CREATE DATABASE opex');
  await applyMigrations(url());
  await loadDemo(url(), { size: 'demo' });
  first = await takeBackup({ directory, folder });
});
afterAll(async () => {
  await living.stop();
  rmSync(parent, { recursive: true, force: true });
});

/** A change as the product makes it: with its entry in the audit log. */
const write = (word: string) =>
  ask(
    url(),
    `BEGIN; UPDATE services SET owner = '${word}', version = version + 1 WHERE id = 1;
    INSERT INTO audit_entries (id, actor_name, action, subject_type, subject_label, reason, previous_hash, hash)
    VALUES (0, 'A test', 'service.updated', 'service', 'SVC-0001', '${word}', '', ''); COMMIT`,
  );
const written = `SELECT owner, (SELECT reason FROM audit_entries ORDER BY id DESC LIMIT 1) AS last FROM services WHERE id = 1`;
const now = async () => new Date(String((await ask(url(), 'SELECT clock_timestamp()::text AS at'))[0]?.['at']));

const restored = async (to?: Date, look: (found: Restored) => unknown = () => {}) => {
  const into = join(parent, `scratch-${(scratches += 1)}`);
  const found = await restore({ folder, into, to });
  try {
    await look(found);
    const [row] = await ask(found.server.url('opex'), written);
    return { ...row, until: found.until };
  } finally {
    await found.server.stop();
    for (const part of ['', '.json', '.log']) rmSync(into + part, { recursive: true });
  }
};

describe('a restore', () => {
  test('to a time holds exactly what was committed by then, and every figure of it is right', async () => {
    await write('before');
    await sleep(50);
    const noted = await now();
    await sleep(50);
    await write('after');
    await archiveNow(url(), folder);
    const isSound = async ({ server, backup, until }: Restored) => {
      expect(backup.folder).toBe(first.folder);
      expect(until <= noted).toBe(true);
      expect((await verify(server.url('opex'))).filter(({ ok }) => !ok)).toEqual([]);
      // What is written to it is for nobody else.
      const archived = readdirSync(archiveIn(folder));
      await ask(server.url('opex'), `UPDATE services SET owner = 'scratch' WHERE id = 2; SELECT pg_switch_wal()`);
      await sleep(500);
      expect(readdirSync(archiveIn(folder))).toEqual(archived);
    };
    expect(await restored(noted, isSound)).toMatchObject({ owner: 'before', last: 'before' });
    expect(await restored()).toMatchObject({ owner: 'after', last: 'after' });
    expect(await ask(url(), written)).toEqual([{ owner: 'after', last: 'after' }]);
  });

  test('takes the last base backup before its time', async () => {
    const second = await takeBackup({ directory, folder });
    await write('later');
    await archiveNow(url(), folder);
    const used: string[] = [];
    const note = ({ backup }: Restored) => void used.push(backup.folder);
    await restored(undefined, note);
    await restored(new Date(second.finishedAt.getTime() - 1), note);
    expect(used).toEqual([second.folder, first.folder]);
  });

  test('cannot be into a folder that is there, to what is before the first backup, or after the end of the archive', async () => {
    await expect(restore({ folder, into: directory })).rejects.toThrow('is there already');
    await expect(restored(new Date(first.finishedAt.getTime() - 1))).rejects.toThrow(/there is nothing before it/);
    await expect(restored(new Date())).rejects.toThrow(/The archive ends.* the last that can be restored is of 20/);
    expect(readdirSync(parent).filter((name) => name.startsWith('scratch'))).toEqual([]);
  });

  test('knows a time when it sees one', () => {
    expect(timeOf('2026-01-31T12:00:00+05:30', new Date('2026-02-01')).toISOString()).toBe('2026-01-31T06:30:00.000Z');
    expect(() => timeOf('yesterday')).toThrow('"yesterday" is no time');
    expect(() => timeOf('2026-01-31T12:00:00Z', new Date('2026-01-01'))).toThrow('is yet to come');
  });
});

describe('what is damaged is refused, in words', () => {
  const last = () => baseBackups(folder).at(-1) as BaseBackup;
  const segments = () => readdirSync(archiveIn(folder)).filter(isSegment).toSorted();

  /** Spoils a file while the work goes on. */
  async function without(file: string, spoil: (file: string) => void, work: () => Promise<unknown>) {
    const kept = await readFile(file);
    const { mode, uid, gid } = statSync(file);
    spoil(file);
    try {
      await work();
    } finally {
      rmSync(file, { force: true });
      writeFileSync(file, kept, { mode });
      chownSync(file, uid, gid);
    }
  }
  const cut = (file: string) => truncateSync(file, Math.floor(statSync(file).size / 2));

  test('a base backup that is cut short or lacks a file', async () => {
    const path = last().files.find(({ size }) => size > 0)?.path ?? '';
    for (const spoil of [cut, rmSync])
      await without(join(dataIn(last().folder), path), spoil, () =>
        expect(restored()).rejects.toThrow(`is damaged: ${path} is not what was copied`),
      );
  });

  test('a base backup that was never finished', async () => {
    const { folder: whole } = last();
    await without(describedIn(whole), cut, () =>
      expect(Promise.resolve(baseBackups(folder).map((backup) => backup.folder))).resolves.not.toContain(whole),
    );
    expect(last().folder).toBe(whole);
  });

  test('an archive that lacks a segment, or has half of one', async () => {
    for (const spoil of [cut, rmSync])
      for (const name of [last().lastSegment, segments().at(-2) ?? ''])
        await without(join(archiveIn(folder), name), spoil, () =>
          expect(restored()).rejects.toThrow(new RegExp(`Segment \\*${name.slice(8)} .*missing or cut short`)),
        );
    expect(await restored()).toMatchObject({ owner: 'later' });
  });

  test('an archive with a segment whose bytes have changed', async () => {
    for (const word of ['one', 'two', 'later']) {
      await write(word);
      await archiveNow(url(), folder);
    }
    const spoil = (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size, 1));
    await without(join(archiveIn(folder), segments().at(-2) ?? ''), spoil, () =>
      expect(restored()).rejects.toThrow(/of the archive is damaged. It can be restored up to 20/),
    );
    await without(join(archiveIn(folder), last().firstSegment), spoil, () =>
      expect(restored()).rejects.toThrow(/^What was archived is damaged; PostgreSQL says: could not/),
    );
  });
});

describe('a backup', () => {
  test('can be read by nobody else', async () => {
    await archiveNow(url(), folder);
    const all = readdirSync(folder, { recursive: true, withFileTypes: true });
    const open = all.filter((entry) => (statSync(join(entry.parentPath, entry.name)).mode & 0o077) !== 0);
    expect(open).toEqual([]);
  });

  test('keeps no more than it should, and what is kept can be restored', async () => {
    mkdirSync(join(folder, 'base-20200101T000000Z.unfinished'));
    const kept = await takeBackup({ directory, folder });
    await write('kept');
    await archiveNow(url(), folder);
    const oldest = readdirSync(archiveIn(folder)).filter(isSegment).toSorted()[0] ?? '';
    expect(removeOld(folder, 1)).toHaveLength(2);
    expect(existsSync(join(archiveIn(folder), oldest))).toBe(false);
    expect(baseBackups(folder).map((backup) => backup.folder)).toEqual([kept.folder]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.unfinished'))).toEqual([]);
    expect(await restored()).toMatchObject({ owner: 'kept' });
  });

  test('is refused where it would be lost, where there is no room, and in the folder of another database', async () => {
    expect(() => openBackupFolder(join(directory, 'inside'), directory)).toThrow('would be lost with it');
    expect(() => requireRoom(folder, 1e18)).toThrow(/has room for \d+ MB; \d+ MB are needed/);
    writeFileSync(join(folder, 'database'), '1');
    await expect(takeBackup({ directory, folder })).rejects.toThrow('holds the backups of another database');
    rmSync(join(folder, 'database'));
    await expect(takeBackup({ directory, folder: parent })).rejects.toThrow('The server does not archive to');
  });

  test('and its archive are looked after', async () => {
    const look = () => withClient(url(), async (client) => [await checkArchive(client), ...(await checkNotes(client))]);
    await ask(living.url('postgres'), `SELECT pg_stat_reset_shared('archiver')`);
    await archiveNow(url(), folder);
    expect((await look()).map(({ ok }) => ok)).toEqual([true, false, false]);
    await backUp({ directory, url: url(), folder });
    expect((await look())[1]?.words).toMatch(/^the last base backup is of 20/);
    await ask(url(), `UPDATE backup_notes SET succeeded_at = now() - interval '27 hours'`);
    expect((await look())[1]).toMatchObject({ ok: false, words: expect.stringContaining('within 26 hours') });

    const lookInto = (place: string) => withClient(url(), (client) => checkFolder(client, place));
    expect(await lookInto(folder)).toMatchObject({ ok: true });
    expect(await lookInto(join(parent, 'not there'))).toMatchObject({
      ok: false,
      words: expect.stringMatching(/not to .*not there/),
    });
    const newest = baseBackups(folder).at(-1)?.folder ?? '';
    renameSync(dataIn(newest), `${newest}-moved`);
    expect(await lookInto(folder)).toMatchObject({ ok: false, words: expect.stringContaining('is damaged') });
    renameSync(`${newest}-moved`, dataIn(newest));
    const segment = join(archiveIn(folder), baseBackups(folder).at(-1)?.lastSegment ?? '');
    renameSync(segment, `${segment}.moved`);
    expect(await lookInto(folder)).toMatchObject({ ok: false, words: expect.stringContaining('is missing') });
    renameSync(`${segment}.moved`, segment);

    chmodSync(archiveIn(folder), 0o500);
    await ask(living.url('postgres'), 'SELECT pg_current_xact_id(); SELECT pg_switch_wal()');
    const isBroken = async () => !(await look())[0]?.ok;
    expect(await waitUntil(isBroken, { seconds: 20 })).toBe(true);
    expect((await look())[0]?.words).toMatch(/^archiving of \w{24} fails/);
    chmodSync(archiveIn(folder), 0o700);
    expect(await waitUntil(async () => !(await isBroken()), { seconds: 90, everyMs: 500 })).toBe(true);

    await ask(url(), `SELECT pg_create_physical_replication_slot('opex_backup')`);
    expect((await look())[0]).toMatchObject({ ok: false, words: expect.stringMatching(/^the service backup is away/) });
    await ask(url(), `SELECT pg_drop_replication_slot('opex_backup')`);
    expect(await isBroken()).toBe(false);
  });
});

test('what was restored takes the place of the living database, which is kept', async () => {
  await write('lost');
  await archiveNow(url(), folder);
  const into = join(parent, 'restored');
  const { server } = await restore({ folder, into });
  await write('after it');
  expect(() => use(into, directory, new Date())).toThrow('is in use by process');
  await server.stop();
  await living.stop();
  const aside = use(into, directory, new Date('2026-01-02T03:04:05Z'));
  expect(aside).toBe(`${directory}-until-20260102T030405Z`);
  expect(existsSync(aside ?? '')).toBe(true);
  living = await start();
  expect(await ask(url(), written)).toEqual([{ owner: 'lost', last: 'lost' }]);
  // Its history goes on in the same archive, and can be restored in its turn.
  await write('gone on');
  await archiveNow(url(), folder);
  expect(await restored()).toMatchObject({ owner: 'gone on' });
});

beforeEach(() => {
  expect(living.isRunning()).toBe(true);
});
