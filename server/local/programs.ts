import { type ChildProcess, spawn } from 'node:child_process';
import type { Defer } from './command.ts';
import { checkout } from './folders.ts';
import { endProcess, exitOf, hasEnded } from './processes.ts';

interface Running {
  pid: number;
  ended: Promise<number>;
}

/** Starts a Node.js program that runs until it is stopped. */
export async function startProgram(
  args: string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; defer: Defer; onStop?: () => void },
): Promise<Running> {
  const preload = `--import=${new URL('end-with-parent.mjs', import.meta.url).href}`;
  const child = spawn(process.execPath, [preload, ...args], {
    cwd: options.cwd ?? checkout,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true, // Ctrl-C in a terminal is for the command, which stops things in order
  });
  const ended = exitOf(child);
  if (child.pid === undefined) await ended; // rejects: it could not even be run
  const pid = child.pid ?? 0;
  options.defer(async () => {
    if (hasEnded(child)) return;
    options.onStop?.();
    await endProcess(pid, 'SIGTERM', 15);
  });
  return { pid, ended };
}

/** Runs a program to its end, in sight; the exit code. */
export async function runProgram(
  [file, args]: Program,
  options: { env?: NodeJS.ProcessEnv; defer: Defer },
): Promise<number> {
  const child = spawn(file, args, {
    cwd: checkout,
    env: options.env ?? process.env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'], // one of our own commands ends when the channel does
    detached: true,
  });
  options.defer(() => endGroup(child));
  return exitOf(child);
}

/** Ends a tool with the processes that it started. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid !== undefined && !hasEnded(child)) await endProcess(child.pid, 'SIGTERM', 15, { withGroup: true });
}

type Program = [file: string, args: string[]];

export const node = (...args: string[]): Program => [process.execPath, args];

/** The npm that runs this, else the one on the PATH. */
export function npm(...args: string[]): Program {
  const running = process.env.npm_execpath;
  return running ? node(running, ...args) : ['npm', args];
}
