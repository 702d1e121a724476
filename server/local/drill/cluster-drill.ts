import { join } from 'node:path';
import { run as writeSecrets } from '../../src/commands/secrets.ts';
import { CommandFailed, type Defer, say } from '../command.ts';
import { notesFolder } from '../folders.ts';
import { everyRemarkIsThereOnce } from './checks.ts';
import { Client } from './client.ts';
import { Cluster, until } from './cluster.ts';
import { nginxSaw, steps } from './cluster-steps.ts';
import { makeCompany } from './company.ts';
import { Load } from './load.ts';
import { rehearse } from './table.ts';

interface ClusterDrill {
  kubeconfig: string;
  /** Where nginx of the local overlay is reached. */
  url: string;
  rate: number;
  writeShare: number;
  only: string;
  keep: boolean;
  existing: boolean;
  /** What is deployed; without it the version that is there, once more. */
  next: string | undefined;
}

/** Starts the local overlay, breaks one part after the other while people work, and says what it cost them. */
export async function drillCluster(
  { kubeconfig, url, rate, writeShare, only, keep, existing, next }: ClusterDrill,
  defer: Defer,
) {
  const cluster = new Cluster(kubeconfig);
  if (existing !== (await cluster.exists()))
    throw new CommandFailed(
      existing
        ? 'There is no namespace opex.'
        : 'There is a namespace opex, and a drill breaks what is in it: --existing is for that.',
    );
  if (!existing) {
    if (!keep) defer(() => cluster.run(['delete', 'namespace/opex', 'priorityclass/opex-answering']));
    await install(cluster);
  }
  const client = new Client(url, await cluster.secret('tls.crt'));
  // nginx learns the servers' addresses a moment after they are ready.
  const answers = async () => (await client.ask('GET', '/readyz')).status === 200;
  await until(answers, 60, `${url} leads to a server`);
  await client.signIn('admin@localhost', await cluster.secret('admin_password'));
  const company = await makeCompany(client);
  const load = new Load(client, company, rate, writeShare);
  const chosen = steps.filter(({ what }) => what.includes(only));
  const isBroken = await rehearse(chosen, { cluster, client, company, nextImage: next }, load, nginxSaw).finally(() =>
    load.stop(),
  );
  const findings = [
    ...(await everyRemarkIsThereOnce(cluster, load.remarks)),
    ...(await secretsInSight(cluster)),
    ...(await cluster.verify().then(() => [], (error: unknown) => [String(error)])), // prettier-ignore
  ];
  for (const finding of findings) say(`BROKEN  ${finding}`);
  if (findings.length === 0)
    say(
      `ok      ${load.remarks.length} remarks were answered as written and are there once; every figure is right; no secret is in a manifest or a log`,
    );
  return isBroken || findings.length > 0 ? 1 : 0;
}

async function install(cluster: Cluster) {
  const begun = performance.now();
  const secrets = join(notesFolder(), 'drill-cluster');
  await writeSecrets([secrets]);
  await cluster.run(['apply', '--filename', 'k8s/base/namespace.yaml']);
  await cluster.run(['create', 'secret', 'generic', 'opex-secrets', `--from-file=${secrets}`]);
  await cluster.run(['apply', '--kustomize', 'k8s/overlays/local']);
  for (const name of [
    'statefulset/primary',
    'statefulset/replica',
    'deployment/serve',
    'deployment/worker',
    'deployment/front',
  ])
    await cluster.rolledOut(name);
  say(`All of it is ready after ${((performance.now() - begun) / 1000).toFixed(0)} s`);
}

async function secretsInSight(cluster: Cluster): Promise<string[]> {
  const parts = ['serve', 'worker', 'front', 'primary', 'replica', 'redis'];
  const logs = parts.map((name) => cluster.run(['logs', '--tail=-1', '--selector', `app.kubernetes.io/name=${name}`]));
  const told = await Promise.all([cluster.run(['get', 'all,configmaps', '--output', 'yaml']), ...logs]);
  return [...(await cluster.secrets())]
    .filter(([name, value]) => name !== 'tls.crt' && value !== '' && told.some((text) => text.includes(value)))
    .map(([name]) => `the secret ${name} can be seen`);
}
