import { openWorkbook } from '../../src/workbooks/workbook.ts';

/** What the tests of threads let one do. */
type Task =
  | { read: string }
  | { does: 'hoard' | 'loop' | 'fail' | 'exit' | 'move' | 'environment' }
  | { counts: SharedArrayBuffer };

export async function* work(task: Task): AsyncGenerator {
  if ('read' in task) {
    const workbook = await openWorkbook(task.read);
    for (const sheet of workbook.sheets)
      for await (const rows of workbook.rows(sheet)) yield rows.map(({ cells }) => cells[0]?.text);
    workbook.close();
  } else if ('counts' in task) {
    const made = new Int32Array(task.counts);
    for (let index = 0; index < 100; index++) {
      Atomics.add(made, 0, 1);
      yield index;
    }
  } else yield* deeds[task.does]();
}

const deeds = {
  *hoard() {
    const hoard: object[] = [];
    for (;;) hoard.push({ index: hoard.length, of: [hoard.length] });
  },
  *loop() {
    for (;;);
  },
  *fail() {
    throw new TypeError('A defect of the work');
  },
  *exit() {
    process.exit(1);
  },
  *move() {
    const bytes = Buffer.from(new ArrayBuffer(8)).fill(7);
    yield { bytes };
    yield bytes.byteLength;
    yield Buffer.from('a piece of the pool');
  },
  *environment() {
    yield Object.keys(process.env);
  },
};
