import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkout } from '../folders.ts';
import { freePort } from '../ports.ts';

export type Server = { port: number; pid: number; url: string; metricsUrl: string; stop(): Promise<void> };

const hasTaskset = (() => {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

type Options = {
  /** On a core of its own, while the load comes from the other one; several servers take what they get. */
  pinned?: boolean;
  /** Where its log goes. */
  log?: number;
};

export async function startPinned(
  args: string[],
  env: Record<string, string>,
  readyPath: string,
  { pinned = true, log }: Options = {},
): Promise<Server> {
  const port = await freePort();
  const metricsPort = await freePort();
  const command = [...(pinned && hasTaskset ? ['taskset', '-c', '0'] : []), process.execPath, ...args];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: checkout,
    env: { ...process.env, ...env, PORT: String(port), METRICS_PORT: String(metricsPort), NODE_ENV: 'production' },
    stdio: ['ignore', log ?? 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error(`${args.join(' ')} ended while it started`);
    const answer = await fetch(url + readyPath).catch(() => undefined);
    if (answer?.ok)
      return {
        port,
        pid: child.pid ?? 0,
        url,
        metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
        stop: () => stop(child),
      };
    await sleep(100);
  }
  await stop(child);
  throw new Error(`${args.join(' ')} did not become ready`);
}

async function stop(child: ChildProcess) {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await Promise.race([ended, sleep(12_000)]);
  child.kill('SIGKILL');
}

const ticksPerSecond = 100;

/** Processor time used so far, in microseconds. */
export function cpuMicroseconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / ticksPerSecond;
}

export const residentMegabytes = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
