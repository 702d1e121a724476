import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOf } from '../../local/processes.ts';

/** Stops a program with the processes it started, as a machine that hangs does: connections stay, nothing answers. */
export function freeze(pid: number): () => void {
  const frozen: number[] = [];
  const stop = (one: number) => {
    process.kill(one, 'SIGSTOP');
    frozen.push(one);
    // After it is stopped: it starts no more of them.
    for (const child of childrenOf(one)) stop(child);
  };
  stop(pid);
  return () => {
    for (const one of frozen.splice(0)) if (startOf(one)) process.kill(one, 'SIGCONT');
  };
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

export const postmasterOf = (directory: string) =>
  Number(readFileSync(join(directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
