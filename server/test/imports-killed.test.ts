import type { ImportRecord } from '@opex/contracts/imports';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { brokenInvariants } from './harness/invariants.ts';
import { sql } from './harness/sql.ts';
import { budgetStory, csv, load, settled, versionOf } from './stories/imports.ts';

/** Whatever the moment at which a process dies that loads a file: all of it is there, or nothing. */
const [rows, kills] = [200, 20];
const next: Record<string, string> = { checked: 'apply', applied: 'undo', undone: 'redo' };

test(`a file of ${rows} rows whose process is killed ${kills} times`, { timeout: 300_000 }, async () => {
  const { editor, planned } = await budgetStory();
  const uids = Array.from({ length: rows }, (_, number) => `KILLED-${number}`);
  for (const uid of uids) await planned(uid);
  let file = await load(editor, csv('UID,FY26 Budget', ...uids.map((uid) => `${uid},2400`)));
  expect(file.counts).toMatchObject({ changed: rows });

  const loaded = async () => {
    const [found] = await sql<{ count: number }>(
      `SELECT count(*)::int AS count FROM services JOIN service_years ON service_id = id WHERE uid LIKE 'KILLED-%' AND budget = 2400`,
    );
    return found!.count;
  };
  const read = async () => (await editor.get(`/api/imports/${file.id}`).expect(200)).body as ImportRecord;
  let cutShort = 0;
  for (let killed = 0; killed < kills; killed++) {
    const before = file.state;
    const ask = editor.post(`/api/imports/${file.id}/${next[before]}`).set('if-match', versionOf(file));
    await ask.send({}).expect(202);
    const worker = spawn(process.execPath, [
      ...['--import', 'tsx', '--conditions=development'],
      join(import.meta.dirname, 'harness/imports-killed.ts'),
    ]);
    const hasBegun = async () =>
      (await sql(`SELECT FROM jobs WHERE kind = 'import-write' AND state = 'running'`)).length > 0;
    await expect.poll(hasBegun, { timeout: 20_000, interval: 5 }).toBe(true);
    await sleep(Math.random() * 600);
    const gone = once(worker, 'exit');
    worker.kill('SIGKILL');
    await gone;

    const [count, { state }] = [await loaded(), await read()];
    expect([0, rows]).toContain(count);
    if (state === 'applied') expect(count).toBe(rows);
    if (state === 'undone') expect(count).toBe(0);
    if (state !== 'applied' && state !== 'undone') cutShort++;
    // Nobody waits until the time of the dead is over.
    await sql(`UPDATE jobs SET lease_until = now() WHERE state = 'running'`);
    file = await settled(editor, file.id);
    expect(file.state).toBe(before === 'applied' ? 'undone' : 'applied');
    expect(await loaded()).toBe(before === 'applied' ? 0 : rows);
  }
  expect(cutShort, 'a process that always came to its end proves nothing').toBeGreaterThan(2);
  expect(await brokenInvariants()).toEqual([]);
});
