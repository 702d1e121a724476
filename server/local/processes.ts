import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** When a process began, which tells it from a later one of the same number; undefined when it has ended. */
export function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps('lstart=', pid);
  const stat = readProc(pid, 'stat');
  // The name before ") " may hold anything, so fields are counted from there: state first, start time twentieth.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

export function commandOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps('command=', pid);
  return readProc(pid, 'cmdline')?.replaceAll('\0', ' ');
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined; // no such process
  }
}

function ps(column: string, pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-ww', '-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // no such process
  }
}

/** Writes down in a file which process something belongs to. */
export function recordOwner(file: string, pid = process.pid): void {
  writeFileSync(file, `${pid} ${startOf(pid) ?? ''}`);
}

/** The process written down in the file, if that very process still runs. */
export function ownerOf(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // never owned, or given back
  }
  const [pid = '', start] = text.split(/ (.*)/s);
  return start !== undefined && start !== '' && startOf(Number(pid)) === start ? Number(pid) : undefined;
}

/** Makes this process the owner; what a process that no longer runs left behind does not count. */
export function claim(file: string): () => void {
  const pid = ownerOf(file);
  if (pid !== undefined && pid !== process.pid) {
    throw new Error(`${file.replace(/\.owner$/, '')} is in use by process ${pid}; stop that first.`);
  }
  recordOwner(file);
  return () => rmSync(file, { force: true });
}

/** Tries until it is true; false when the time is over. */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { seconds, everyMs = 25 }: { seconds: number; everyMs?: number },
): Promise<boolean> {
  const end = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await sleep(everyMs);
  }
  return true;
}

/** Asks a process to end, with its group if it leads one, and after some seconds makes it. */
export async function endProcess(
  pid: number,
  signal: NodeJS.Signals,
  seconds: number,
  { withGroup = false } = {},
): Promise<void> {
  const start = startOf(pid);
  if (start === undefined) return;
  const isGone = () => startOf(pid) !== start;
  const target = withGroup ? -pid : pid;
  send(target, signal);
  if (await waitUntil(isGone, { seconds })) return;
  send(target, 'SIGKILL');
  await waitUntil(isGone, { seconds: 5 });
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it may end by itself at any moment
  }
}

/** The exit code; of a process that a signal ended, what a shell says: 128 and the number of the signal. */
export function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}

export function endInWords(code: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  if (signal === undefined) return `ended with exit code ${code}`;
  const why = signal === 'SIGKILL' ? '; perhaps the machine had no memory left' : '';
  return `was ended by the signal ${signal}${why}`;
}

export const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

interface QuietOptions {
  /** How messages call it. */
  name?: string;
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  onStart?: (child: ChildProcess) => void;
}

/** Runs a tool to its end without showing its output, unless it fails. */
export async function runQuietly(file: string, args: string[], options: QuietOptions = {}): Promise<void> {
  const { name = file, onStart, ...rest } = options;
  const child = spawn(file, args, { ...rest, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  onStart?.(child);
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await exitOf(child);
  if (code !== 0) throw new Error(`${Buffer.concat(output).toString().trimEnd()}\n${name} failed (exit code ${code}).`);
}
