// A process of its own, so that its memory is that of a workbook: writes one of 10 000 rows and 163 columns and reads it again.
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pipeline } from 'node:stream/promises';
import { inWorker } from '../../dist/workbooks/in-worker.js';
import { writeXlsx } from '../../dist/workbooks/xlsx-writer.js';

const rounds = 3;
const columns = Array.from({ length: 163 }, (_, index) => ({
  title: index < 33 ? `Field ${index}` : `${String((index % 12) + 1).padStart(2, '0')} - Entity ${index}`,
  as: index < 28 ? 'text' : index < 30 ? 'date' : 'amount',
}));
const value = (row, column) => {
  const chance = ((row + 1) * (column + 7) * 7_919) % 99_991;
  if (column < 28) return `${['Licences', 'Support', 'Hosting – India', 'Network'][chance % 4]} ${chance % 500}`;
  return column < 30 ? `202${chance % 9}-0${(chance % 9) + 1}-1${chance % 10}` : `${chance * 97}.${(chance % 90) + 10}`;
};
const made = Array.from({ length: 500 }, (_, row) => columns.map((_column, column) => value(row, column)));
function* rows() {
  for (let row = 0; row < 10_000; row++) yield [`S-${row}`, ...made[row % made.length].slice(1)];
}

const megabytes = () => process.memoryUsage.rss() / 1024 / 1024;
async function measured(work) {
  const before = megabytes();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, megabytes())), 5);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const begun = performance.now();
  await work();
  const milliseconds = performance.now() - begun;
  clearInterval(watch);
  return { milliseconds, megabytes: peak - before, delay: delay.percentile(99) / 1e6 };
}

const folder = mkdtempSync(join(tmpdir(), 'opex-workbook-'));
try {
  const path = join(folder, 'tracker.xlsx');
  const write = () => pipeline(writeXlsx([{ name: 'Tracker', columns, rows: rows() }]), createWriteStream(path));
  const read = async () => {
    for await (const cells of inWorker(new URL('workbook-reading.mjs', import.meta.url), { path }))
      if (cells !== 10_001 * columns.length) throw new Error(`${cells} cells were read`);
  };
  const figures = { write: [], read: [] };
  for (let round = 0; round < rounds; round++) {
    figures.write.push(await measured(write));
    figures.read.push(await measured(read));
  }
  console.log(JSON.stringify(figures));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
