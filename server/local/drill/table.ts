import { setTimeout as sleep } from 'node:timers/promises';
import { say } from '../command.ts';
import type { Load, Summary } from './load.ts';
import { wordsOf } from '../../src/lib/errors.ts';

export interface Step<Context> {
  what: string;
  /** What it says goes into the table, too. */
  work: (context: Context) => Promise<unknown>;
  /** Where requests cannot be answered for a moment, and why. */
  mayFail?: string;
}

/** Prints a row for each step; whether a step cost more than it may. Of one that did, what is known. */
export async function rehearse<Context>(
  steps: Step<Context>[],
  context: Context,
  load: Load,
  saw: (context: Context) => Promise<string[]>,
): Promise<boolean> {
  let isBroken = false;
  say('\n| what happens | s | requests | failed | p95 before | during | after | longest (ms) |');
  say('| --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { what, work, mayFail } of steps) {
    await sleep(5_000);
    const from = load.now();
    let said = '';
    try {
      const words = await work(context);
      if (typeof words === 'string') said = words;
    } catch (error) {
      said = `BROKEN, ${wordsOf(error)}`;
      isBroken = true;
    }
    const to = load.now();
    await sleep(6_000);
    const all = load.between(from, to + 5_000);
    const shown = (ms: number) => Math.round(ms).toLocaleString('en-US');
    const times = [load.between(from - 5_000, from), load.between(from, to), load.between(to, to + 5_000)].map(
      ({ p95 }) => p95,
    );
    const seconds = ((to - from) / 1000).toFixed(1);
    say(
      `| ${[said ? `${what}: ${said}` : what, seconds, all.requests, failures(all, mayFail), ...[...times, all.longest].map(shown)].join(' | ')} |`,
    );
    if (all.failed === 0 || mayFail) continue;
    isBroken = true;
    for (const line of (await saw(context)).slice(-10)) say(`  ${line}`);
  }
  return isBroken;
}

function failures({ failed, failedForMs, outcomes }: Summary, mayFail?: string): string {
  if (failed === 0) return '0';
  const counted = Object.entries(outcomes).map(([outcome, count]) => `${count} x ${outcome}`);
  return `${failed}${mayFail ? `: ${mayFail}` : ''} (${counted.join(', ')}; within ${(failedForMs / 1000).toFixed(1)} s)`;
}
