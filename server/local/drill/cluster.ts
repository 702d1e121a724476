import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CommandFailed } from '../command.ts';
import { checkout } from '../folders.ts';

const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
      status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
    }),
  ),
});
const secret = z.object({ data: z.record(z.string(), z.base64()) });
const autoscaler = z.object({ status: z.object({ currentReplicas: z.int(), desiredReplicas: z.int() }) });

/** The namespace of the product in whatever cluster the file names. */
export class Cluster {
  readonly #kubeconfig: string;

  constructor(kubeconfig: string) {
    this.#kubeconfig = kubeconfig;
  }

  /** kubectl, in the namespace. */
  run(args: string[], input?: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const all = ['--kubeconfig', this.#kubeconfig, '--namespace', 'opex', ...args];
      const options = { cwd: checkout, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('kubectl', all, options, (error, stdout, stderr) => {
        if (error) reject(new CommandFailed(`kubectl ${args.join(' ')} failed: ${stderr.trim() || error.message}`));
        else resolve(stdout);
      });
      child.stdin?.end(input);
    });
  }

  read = async <Shape extends z.ZodType>(shape: Shape, ...what: string[]) =>
    shape.parse(JSON.parse(await this.run(['get', ...what, '--output', 'json'])));

  exists = () => this.run(['get', 'namespace', 'opex']).then(() => true, () => false); // prettier-ignore

  async secret(name: string): Promise<string> {
    const { data } = await this.read(secret, 'secret', 'opex-secrets');
    return Buffer.from(data[name] ?? '', 'base64')
      .toString()
      .trim();
  }

  async secrets(): Promise<Map<string, string>> {
    const { data } = await this.read(secret, 'secret', 'opex-secrets');
    return new Map(Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString().trim()]));
  }

  rolledOut = (what: string) => this.run(['rollout', 'status', what, '--timeout=5m']);

  async ready(name: string): Promise<string[]> {
    const { items } = await this.read(pods, 'pods', '--selector', `app.kubernetes.io/name=${name}`);
    const isReady = ({ metadata, status }: (typeof items)[number]) =>
      !metadata.deletionTimestamp && status.conditions.some((one) => one.type === 'Ready' && one.status === 'True');
    return items.filter(isReady).map(({ metadata }) => metadata.name);
  }

  /** A port of a pod at an address of this machine. It goes through the pod's node, so policies of the network allow it. */
  async forward(pod: string, port: number): Promise<{ url: string; stop: () => void }> {
    const args = ['--kubeconfig', this.#kubeconfig, '--namespace', 'opex', 'port-forward', `pod/${pod}`, `:${port}`];
    const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const stop = () => void child.kill();
    const gone = once(child, 'exit').then(() => ['']);
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), gone])) as [string];
    const [, found] = /127\.0\.0\.1:(\d+)/.exec(line) ?? [];
    if (!found) throw new CommandFailed(`Port ${port} of ${pod} cannot be reached by kubectl port-forward`);
    return { url: `http://127.0.0.1:${found}`, stop };
  }

  async deleteByForce(name: string): Promise<void> {
    const [pod = ''] = await this.ready(name);
    await this.run(['delete', 'pod', pod, '--grace-period=0', '--force', '--wait=false']);
  }

  /** Whether who drains a node may take this pod now. */
  async evict(pod: string): Promise<boolean> {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace: 'opex' } };
    const path = `/api/v1/namespaces/opex/pods/${pod}/eviction`;
    try {
      await this.run(['create', '--raw', path, '--filename', '-'], JSON.stringify(body));
      return true;
    } catch (error) {
      if (error instanceof Error && error.message.includes('disruption budget')) return false;
      throw error;
    }
  }

  replicas = async () => (await this.read(autoscaler, 'hpa', 'serve')).status;

  sql = (text: string) =>
    this.run(['exec', 'primary-0', '--', 'psql', '--username', 'postgres', '--no-align', '--tuples-only', '--command', text, 'opex']); // prettier-ignore

  /** The command of the product that recomputes every figure, as each night. */
  async verify(): Promise<void> {
    await this.run(['delete', 'job', 'verify-drill', '--ignore-not-found']);
    await this.run(['create', 'job', '--from=cronjob/verify', 'verify-drill']);
    await this.run(['wait', '--for=condition=complete', 'job/verify-drill', '--timeout=2m']);
  }
}

/** Asks until the answer is yes; the seconds that it took. */
export async function until(
  isSo: () => Promise<boolean>,
  seconds: number,
  what: string,
  everyMs = 1_000,
): Promise<number> {
  const begun = performance.now();
  const passed = () => (performance.now() - begun) / 1000;
  while (!(await isSo())) {
    if (passed() > seconds) throw new CommandFailed(`Waited ${seconds} s in vain until ${what}`);
    await sleep(everyMs);
  }
  return Math.round(passed() * 10) / 10;
}
