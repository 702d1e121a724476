import { setTimeout as sleep } from 'node:timers/promises';
import type { Company } from '../../../loadtests/lib/mix.ts';
import { CommandFailed } from '../command.ts';
import type { Client } from './client.ts';
import { type Cluster, until } from './cluster.ts';
import { deploySteps } from './deploy-steps.ts';
import { Load } from './load.ts';
import type { Step } from './table.ts';
import { webhookStep } from './webhook-step.ts';

interface Rehearsal {
  cluster: Cluster;
  client: Client;
  company: Company;
  nextImage: string | undefined;
}

const restarted =
  (deployment: string) =>
  async ({ cluster }: Rehearsal) => {
    // prettier-ignore
    await cluster.run(['rollout', 'restart', `deployment/${deployment}`]);
    await cluster.rolledOut(`deployment/${deployment}`);
  };

/** It gets two seconds at most, as kubelets have it, and is back without anyone's help. */
const deleted =
  (kind: string, name: string) =>
  async ({ cluster }: Rehearsal) => {
    // prettier-ignore
    await cluster.deleteByForce(name);
    await sleep(1_000);
    await cluster.rolledOut(`${kind}/${name}`);
  };

export const steps: Step<Rehearsal>[] = [
  { what: 'nothing happens', work: () => sleep(5_000) },
  { what: 'the servers are restarted, one after the other', work: restarted('serve') },
  { what: 'a server is deleted by force', work: deleted('deployment', 'serve') },
  { what: 'a drain takes a server', work: drained },
  { what: 'nginx is restarted', work: restarted('front') },
  { what: 'the worker is deleted by force', work: deleted('deployment', 'worker') },
  { what: 'the replica is deleted by force', work: deleted('statefulset', 'replica') },
  { what: 'Redis is deleted by force', work: deleted('deployment', 'redis') },
  {
    what: 'the primary is deleted by force',
    work: deleted('statefulset', 'primary'),
    mayFail: 'nothing can be written meanwhile, nor read that is not kept',
  },
  webhookStep,
  ...deploySteps,
  { what: 'more people come, and go again', work: scaled },
];

/** Two must stay, so a second one is not given before the first one is replaced. */
async function drained({ cluster }: Rehearsal) {
  const [first = '', ...rest] = await cluster.ready('serve');
  if (!(await cluster.evict(first))) throw new CommandFailed('The first server could not be taken');
  const answers: boolean[] = [];
  for (const pod of rest) answers.push(await cluster.evict(pod));
  const taken = answers.filter(Boolean).length;
  if (rest.length - taken < 2) throw new CommandFailed(`Of ${rest.length + 1} servers ${taken + 1} were taken at once`);
  await until(async () => (await cluster.ready('serve')).length > rest.length, 120, 'all servers are back');
  return `${rest.length - taken} others were refused meanwhile`;
}

/** Until the autoscaler has added servers for the processor time that they take, and taken them away again. */
async function scaled({ cluster, client, company }: Rehearsal) {
  const { currentReplicas: before } = await cluster.replicas();
  const crowd = new Load(client, company, 200, 0.05);
  let most = before;
  try {
    const up = await until(async () => (await cluster.ready('serve')).length > before, 180, 'servers are added');
    await sleep(30_000);
    most = (await cluster.ready('serve')).length;
    await crowd.stop();
    const { failed, requests, outcomes } = crowd.between(0, crowd.now());
    if (failed > 0)
      throw new CommandFailed(`of ${requests} more requests ${failed} failed: ${JSON.stringify(outcomes)}`);
    const down = await until(
      async () => (await cluster.ready('serve')).length <= before,
      900,
      'servers are taken away',
    );
    return `${before} servers, ${most} after ${up + 30} s (${requests} more requests, 0 failed), ${before} again ${down} s after they left`;
  } finally {
    await crowd.stop();
  }
}

/** What nginx saw of a failure. */
export async function nginxSaw({ cluster }: Rehearsal): Promise<string[]> {
  const log = await cluster.run(['logs', '--since=1m', '--selector', 'app.kubernetes.io/name=front', '--tail=-1']);
  return log.split('\n').filter((line) => /"status":5|error/.test(line));
}
