import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Row } from './report.ts';

type Measured = { milliseconds: number; megabytes: number; delay: number };
const low = { lowerIsBetter: true, absolute: true } as const;

/** The best round counts, and the most memory of all. */
function rowsOf(name: string, rounds: Measured[], goals: { ms: [must: number, aim: number]; mb: [number, number] }) {
  const most = (of: (round: Measured) => number) => Math.max(...rounds.map(of));
  const note = `p99 delay of the loop ${most(({ delay }) => delay).toFixed(0)} ms`;
  const product = Math.min(...rounds.map(({ milliseconds }) => milliseconds));
  return [
    { name, unit: 'ms', product, must: goals.ms[0], aim: goals.ms[1], note, ...low },
    { name: `${name}, memory`, unit: 'MB', product: most(({ megabytes }) => megabytes), must: goals.mb[0], aim: goals.mb[1], ...low },
  ] satisfies Row[]; // prettier-ignore
}

/** The file alone, without what is done with its rows: 10 000 of them with 163 columns. */
export function workbookRows(): Row[] {
  const program = fileURLToPath(new URL('workbooks.mjs', import.meta.url));
  const { write, read } = JSON.parse(execFileSync(process.execPath, [program], { encoding: 'utf8' })) as {
    write: Measured[];
    read: Measured[];
  };
  return [
    ...rowsOf('a workbook of 1.6 M cells read', read, { ms: [1_500, 1_100], mb: [120, 80] }),
    ...rowsOf('a workbook of 1.6 M cells written', write, { ms: [2_500, 1_600], mb: [100, 90] }),
  ];
}
