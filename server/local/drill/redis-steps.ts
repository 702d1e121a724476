import { CommandFailed } from '../command.ts';
import type { Client } from './client.ts';
import { until } from './cluster.ts';
import { type Compose, docker } from './compose.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  compose: Compose;
  client: Client;
}

export const redisSteps: Step<Rehearsal>[] = [
  { what: 'the Redis that leads is killed, and started again', work: leaderKilled },
  {
    what: 'a Sentinel is killed, and started again',
    async work({ compose }) {
      await compose.kill('sentinel-1');
      await compose.up();
    },
  },
  {
    what: 'both Redis are killed, and started again',
    async work({ compose }) {
      await docker(['kill', ...(await compose.containersOf('redis')), ...(await compose.containersOf('redis-2'))]);
      await compose.up();
    },
  },
];

async function leaderKilled({ compose, client }: Rehearsal): Promise<string> {
  const before = await leader(compose);
  await compose.kill(before);
  const named = await until(async () => (await leader(compose)) !== before, 30, 'another Redis leads', 100);
  const used = await until(() => everyServerUsesRedis(client), 30, 'the servers use it', 100);
  await compose.up();
  return `the other one leads after ${named} s, and is used ${used} s later`;
}

async function leader(compose: Compose): Promise<string> {
  const asked = ['redis-cli', '-p', '26379', '--raw', 'sentinel', 'get-master-addr-by-name', 'opex'];
  const [name] = (await compose.run('exec', '--no-TTY', 'sentinel-2', ...asked)).split('\n');
  if (!name) throw new CommandFailed('The Sentinels name nobody');
  return name;
}

/** nginx gives requests to one and the other. */
async function everyServerUsesRedis(client: Client): Promise<boolean> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => client.ask('GET', '/health')));
  return answers.every(({ body }) => (JSON.parse(body) as { cache: string }).cache === 'memory and Redis');
}
