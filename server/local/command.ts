import { setTimeout as sleep } from 'node:timers/promises';
import { wordsOf } from '../src/lib/errors.ts';

export type Defer = (close: () => unknown) => void;

/** Ends a command with this exit code and its message. */
export class CommandFailed extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/**
 * Runs a command to its exit code. Whatever it registers with `defer` is closed in reverse order, however the command
 * ends: done, failed, interrupted, or left alone by the process that started it.
 */
export async function runCommand(work: (defer: Defer) => Promise<number>, interruptedCode = 130): Promise<never> {
  const closers: (() => unknown)[] = [];
  let isStopping = false;
  const closeAll = async () => {
    isStopping = true;
    for (let close = closers.pop(); close; close = closers.pop()) await attempt(close);
  };
  const defer: Defer = (close) => {
    closers.push(close);
    if (isStopping) throw new CommandFailed('Interrupted'); // it began before the interruption: closed below
  };
  const working = work(defer).catch((error: unknown) => (isStopping ? 1 : explain(error)));
  const code = await Promise.race([working, interruption(interruptedCode)]);
  await closeAll();
  // An interrupted step may have started something meanwhile.
  await Promise.race([working, sleep(20_000)]);
  await closeAll();
  process.exit(code);
}

async function attempt(close: () => unknown): Promise<void> {
  try {
    await close();
  } catch (error) {
    explain(error); // and close the rest
  }
}

function explain(error: unknown): number {
  process.stderr.write(`${wordsOf(error)}\n`);
  return error instanceof CommandFailed ? error.exitCode : 1;
}

/** Handlers stay, so that a second Ctrl-C does not break the order of stopping. */
function interruption(code: number): Promise<number> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(code));
    process.on('disconnect', () => resolve(code));
  });
}
