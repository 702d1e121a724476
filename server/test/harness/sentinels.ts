import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { temporaryFolder } from '../../local/folders.ts';
import { freePort } from '../../local/ports.ts';
import { waitUntil } from '../../local/processes.ts';

/** Two Redis, one of which follows the other, and three Sentinels that watch over them. */
export async function startSentinels(program: string, name = 'opex') {
  const folder = temporaryFolder('opex-sentinels-');
  const started = new Map<number, ChildProcess>();
  const [first, second, ...watchers] = await Promise.all(Array.from({ length: 5 }, () => freePort()));
  const start = (port: number, ...args: string[]) =>
    started.set(port, spawn(program, [...args, '--port', String(port), '--bind', '127.0.0.1'], { stdio: 'ignore' }));
  const keepsNothing = ['--save', '', '--appendonly', 'no', '--dir', folder];
  start(first!, ...keepsNothing);
  start(second!, ...keepsNothing, '--replicaof', '127.0.0.1', String(first), '--repl-diskless-sync-delay', '0');
  await until(second!, async (redis) => (await redis.info('replication')).includes('master_link_status:up'));
  for (const port of watchers) {
    mkdirSync(join(folder, String(port)));
    const file = join(folder, String(port), 'sentinel.conf'); // each writes to its own
    writeFileSync(
      file,
      `dir ${folder}
sentinel monitor ${name} 127.0.0.1 ${first} 2
sentinel down-after-milliseconds ${name} 1000
sentinel failover-timeout ${name} 5000
`,
    );
    start(port, file, '--sentinel');
  }
  for (const port of watchers)
    await until(port, async (redis) => {
      const [known] = (await redis.call('SENTINEL', 'MASTERS')) as string[][];
      const value = (key: string) => Number(known?.[known.indexOf(key) + 1]);
      return value('num-slaves') === 1 && value('num-other-sentinels') === 2;
    });
  return {
    list: watchers.map((port) => `127.0.0.1:${port}`).join(','),
    first: first!,
    second: second!,
    kill: (port: number) => started.get(port)?.kill('SIGKILL'),
    stop() {
      for (const child of started.values()) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until it is so. */
export const until = (port: number, isSo: (redis: Redis) => Promise<boolean>) =>
  ask(port, async (redis) => {
    if (!(await waitUntil(() => isSo(redis), { seconds: 30, everyMs: 100 })))
      throw new Error(`${port} never came to it`);
  });

/** On a connection of its own. */
export async function ask<Answer>(port: number, question: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 100, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}
