import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed, type Defer, say } from '../command.ts';
import { type Cluster, until } from '../drill/cluster.ts';
import type { Account } from '../smoke/questions.ts';
import { Next } from './next.ts';
import { Side } from './side.ts';
import { lookSeconds, watch } from './watch.ts';

export interface BlueGreen {
  image: string;
  seconds: number;
  /** Both stay, until `finish` or `back`. */
  hold: boolean;
  account?: Account | undefined;
}

/** All new servers beside all old ones; people are led to the new ones when those are found good, and back if they prove bad. */
export async function blueGreen(cluster: Cluster, { image, seconds, hold, account }: BlueGreen, defer: Defer) {
  const next = new Next(cluster);
  if (await next.isThere()) throw new CommandFailed('Another deployment is under way: finish it, or go back');
  let isDone = false;
  defer(() => isDone || back(cluster));
  await next.migrate(image);
  await next.start({ image, replicas: (await cluster.ready(Next.names.stable)).length });
  await next.try(account);
  await next.keep();

  const [newer, older] = [new Side(cluster, Next.names.next), new Side(cluster, Next.names.stable)];
  for (const side of [newer, older]) defer(() => side.stop());
  await older.look();
  await sleep(lookSeconds * 1000);
  const usual = await older.look();
  await next.lead('next');
  say(`The old servers had no more requests after ${await drained(older)} s`);
  const fault = await watch(seconds, async () => ({ next: await newer.look(), stable: usual }));
  for (const side of [newer, older]) side.stop();
  if (fault) {
    await back(cluster);
    isDone = true;
    return { fault, words: `went back: ${fault}` };
  }
  if (!hold) await finish(cluster);
  isDone = true;
  return {
    fault,
    words: hold ? 'the new servers answer; the old ones are there' : `${image} answers, and nothing else is there`,
  };
}

/** Until a while passes without a request. */
async function drained(side: Side): Promise<number> {
  return await until(async () => (await side.look()).requests === 0, 60, 'nobody asks the old servers any more');
}

/** The way back: people are led to `serve`, which has not changed. */
export async function back(cluster: Cluster): Promise<void> {
  const next = new Next(cluster);
  await next.lead('stable');
  await sleep(3_000); // until those who lead have heard of it
  await next.remove();
}

/** `serve` becomes what people already use, and takes over from it: what the manifests describe is all there is. */
export async function finish(cluster: Cluster): Promise<void> {
  const next = new Next(cluster);
  if (!(await next.isThere())) throw new CommandFailed('No deployment is under way');
  await next.settle(await next.image());
  await back(cluster);
}
