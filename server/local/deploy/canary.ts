import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed, type Defer, say } from '../command.ts';
import type { Cluster } from '../drill/cluster.ts';
import type { Account } from '../smoke/questions.ts';
import { Next } from './next.ts';
import { Side } from './side.ts';
import { watch } from './watch.ts';

export interface Canary {
  image: string;
  settings?: Record<string, string>;
  /** Of a hundred requests. */
  share: number;
  seconds: number;
  account?: Account | undefined;
}

/** A share of the requests goes to new servers for a while; they are taken away in the end, or as soon as they are worse. */
export async function canary(cluster: Cluster, { share, seconds, account, ...wanted }: Canary, defer: Defer) {
  const next = new Next(cluster);
  if (await next.isThere()) throw new CommandFailed('Another deployment is under way: finish it, or go back');
  const stable = (await cluster.ready(Next.names.stable)).length;
  const replicas = Math.max(1, Math.round((stable * share) / (100 - share)));
  let isAway = false;
  const takeAway = async () => {
    if (isAway) return;
    isAway = true;
    await next.lead('stable');
    await sleep(3_000); // until those who lead have heard of it
    await next.remove();
  };
  defer(takeAway);
  await next.migrate(wanted.image);
  await next.start({ ...wanted, replicas });
  await next.try(account);

  const sides = { next: new Side(cluster, Next.names.next), stable: new Side(cluster, Next.names.stable) };
  for (const side of Object.values(sides)) defer(() => side.stop());
  await next.lead('both');
  say(
    `${replicas} of ${stable + replicas} servers are new: about ${Math.round((100 * replicas) / (stable + replicas))} % of the requests`,
  );
  const begun = performance.now();
  const look = async () => {
    const [newer, older] = await Promise.all([sides.next.look(), sides.stable.look()]);
    return { next: newer, stable: older };
  };
  const fault = await watch(seconds, look);
  await takeAway();
  for (const side of Object.values(sides)) side.stop();
  const passed = Math.round((performance.now() - begun) / 1000);
  return {
    fault,
    words: fault ? `stopped itself after ${passed} s: ${fault}` : `as good as the stable servers for ${passed} s`,
  };
}
