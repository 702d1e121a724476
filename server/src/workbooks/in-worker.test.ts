import { expect, test } from 'vitest';
import { fileOf, partsOf, sheetXml, zipOf } from '../../test/harness/workbook-files.ts';
import { inWorker } from './in-worker.ts';

type Work = typeof import('../../test/harness/thread-work.ts');
type Task = Parameters<Work['work']>[0];
const run = (task: Task, options?: Parameters<typeof inWorker>[2]) =>
  inWorker<Work>(new URL('../../test/harness/thread-work.ts', import.meta.url), task, options);

async function all(task: Task, options?: Parameters<typeof inWorker>[2]) {
  const values: unknown[] = [];
  for await (const value of run(task, options)) values.push(value);
  return values;
}

test('a workbook is read in a thread', async () => {
  const path = fileOf(zipOf(partsOf(sheetXml('<row><c><v>1</v></c></row><row><c><v>2</v></c></row>'))));
  expect(await all({ read: path })).toEqual([['1', '2']]);
});

test('a refusal arrives as one', async () => {
  await expect(all({ read: fileOf('%PDF') })).rejects.toMatchObject({ name: 'Refusal', code: 'pdf' });
});

test('a thread that hoards memory ends, and the process goes on', async () => {
  await expect(all({ does: 'hoard' }, { heapMegabytes: 40 })).rejects.toMatchObject({ code: 'too-much-memory' });
});

test('a thread that does not end is ended', async () => {
  await expect(all({ does: 'loop' }, { seconds: 2 })).rejects.toMatchObject({ code: 'too-slow' });
});

test('whoever asked may take it back', async () => {
  const cancel = new AbortController();
  const reading = all({ does: 'loop' }, { signal: cancel.signal });
  cancel.abort(new Error('Cancelled'));
  await expect(reading).rejects.toThrow('Cancelled');
  await expect(all({ does: 'loop' }, { signal: cancel.signal })).rejects.toThrow('Cancelled');
});

test('a defect stays one, and so does a thread that is gone', async () => {
  await expect(all({ does: 'fail' })).rejects.toThrow(new TypeError('A defect of the work'));
  await expect(all({ does: 'exit' })).rejects.toThrow('The thread ended before its work');
});

test('bytes are moved, and those of a shared pool are copied', async () => {
  const [moved, left, copied] = await all({ does: 'move' });
  expect(moved).toEqual({ bytes: new Uint8Array(8).fill(7) });
  expect(left).toBe(0);
  expect(Buffer.from(copied as Uint8Array).toString()).toBe('a piece of the pool');
});

test('the thread waits for the caller', async () => {
  const counts = new SharedArrayBuffer(4);
  const made = new Int32Array(counts);
  let taken = 0;
  for await (const value of run({ counts })) {
    expect(value).toBe(taken++);
    expect(Atomics.load(made, 0)).toBeLessThanOrEqual(taken + 2);
  }
  expect(taken).toBe(100);
});

test('the thread knows no setting of the process', async () => {
  expect(await all({ does: 'environment' })).toEqual([[]]);
});
