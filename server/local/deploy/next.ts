import { z } from 'zod';
import { say } from '../command.ts';
import { Client } from '../drill/client.ts';
import type { Cluster } from '../drill/cluster.ts';
import { type Account, smoke } from '../smoke/questions.ts';

const stable = 'serve';
const next = 'serve-next';
const nameLabel = 'app.kubernetes.io/name';

/** Whom the Services lead people to. */
const selectors = {
  stable: { [nameLabel]: stable },
  next: { [nameLabel]: next },
  both: { 'opex-manager/answers': 'true' },
};

const existing = z.looseObject({
  metadata: z.looseObject({ name: z.string(), labels: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({}),
});
const deployment = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.tuple([z.looseObject({ image: z.string(), env: z.array(z.looseObject({ name: z.string() })) })]),
      }),
    }),
  }),
});

export interface Wanted {
  image: string;
  replicas: number;
  /** Settings that differ from those of the installation. */
  settings?: Record<string, string>;
}

/** Two Deployments: `serve`, which the manifests describe, and for a while `serve-next` beside it, its copy with another image. */
export class Next {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** One of the two groups of pods, as the cluster knows it. */
  static readonly names = { stable, next };

  isThere = async () => (await this.#cluster.run(['get', `deployment/${next}`, '--ignore-not-found', '--output', 'name'])) !== ''; // prettier-ignore

  image = async (name = next) => (await this.#cluster.read(deployment, `deployment/${name}`)).spec.template.spec.containers[0].image; // prettier-ignore

  /** New servers are not ready before the database is as they need it; those of the version before go on with it. */
  async migrate(image: string): Promise<void> {
    const job = await this.#cluster.read(existing, 'job/migrate');
    const { template, backoffLimit, activeDeadlineSeconds } = job.spec as Record<string, unknown>;
    const { spec } = z.object({ spec: z.looseObject({ containers: z.tuple([z.looseObject({})]) }) }).parse(template);
    const labels = { [nameLabel]: 'migrate', 'opex-manager/data': 'reads' };
    const containers = [{ ...spec.containers[0], image }];
    await this.#cluster.run(['delete', 'job/migrate', '--ignore-not-found']);
    await this.#apply('batch/v1', 'Job', { name: 'migrate', labels: job.metadata.labels }, { backoffLimit, activeDeadlineSeconds, template: { metadata: { labels }, spec: { ...spec, containers } } }); // prettier-ignore
    await this.#cluster.run(['wait', '--for=condition=complete', 'job/migrate', '--timeout=10m']);
    say('The database is as the new version needs it');
  }

  /** Nobody is led to it yet. */
  async start({ image, replicas, settings = {} }: Wanted): Promise<void> {
    const { metadata, spec } = renamed(existing.parse(await this.#cluster.read(deployment, `deployment/${stable}`)));
    const { template } = deployment.parse({ spec }).spec;
    const [main] = template.spec.containers;
    const env = [
      ...main.env.filter(({ name }) => !(name in settings)),
      ...Object.entries(settings).map(([name, value]) => ({ name, value })),
    ];
    const pods = { ...template, spec: { ...template.spec, containers: [{ ...main, image, env }] } };
    await this.#apply('apps/v1', 'Deployment', metadata, { ...spec, replicas, template: pods });
    await this.#cluster.rolledOut(`deployment/${next}`);
    say(`${next} is there: ${replicas} pods of ${image}`);
  }

  /** From now on it is kept as `serve` is: scaled with the load, and drained as slowly. */
  async keep(): Promise<void> {
    const copy = async (apiVersion: string, kind: string) => {
      const { metadata, spec } = renamed(await this.#cluster.read(existing, kind.toLowerCase(), stable));
      await this.#apply(apiVersion, kind, metadata, spec);
    };
    await copy('autoscaling/v2', 'HorizontalPodAutoscaler');
    await copy('policy/v1', 'PodDisruptionBudget');
  }

  /** What is asked of it before people are led to it. */
  async try(account?: Account): Promise<void> {
    const [pod = ''] = await this.#cluster.ready(next);
    const { url, stop } = await this.#cluster.forward(pod, 5000);
    await smoke(new Client(url), account).finally(stop);
  }

  async lead(whom: keyof typeof selectors): Promise<void> {
    const patch = JSON.stringify([{ op: 'replace', path: '/spec/selector', value: selectors[whom] }]);
    const found = await this.#cluster.run(['get', 'service', 'serve', 'serve-pods', '--ignore-not-found', '--output', 'name']); // prettier-ignore
    for (const service of found.split('\n').filter(Boolean))
      await this.#cluster.run(['patch', service, '--type', 'json', '--patch', patch]);
    say(`People are led to ${{ stable: stable, next, both: `${stable} and ${next}` }[whom]}`);
  }

  /** Ends what it has begun, as every server that is told to go. */
  async remove(): Promise<void> {
    const kinds = 'deployment,horizontalpodautoscaler,poddisruptionbudget';
    await this.#cluster.run(['delete', kinds, next, '--ignore-not-found']);
    await this.#cluster.run(['wait', 'pods', '--for=delete', '--selector', `${nameLabel}=${next}`, '--timeout=90s']);
    say(`${next} is gone`);
  }

  /** The manifests' own Deployments run this image; nobody is led to `serve` meanwhile. */
  async settle(image: string): Promise<void> {
    const run = (...args: string[]) => this.#cluster.run(args);
    const replicas = (await this.#cluster.ready(next)).length;
    await run('scale', `deployment/${stable}`, `--replicas=${replicas}`);
    for (const [what, container] of [
      [`deployment/${stable}`, stable],
      ['deployment/worker', 'worker'],
      ['cronjob/verify', 'verify'],
    ])
      // prettier-ignore
      await run('set', 'image', what ?? '', `${container}=${image}`);
    await this.#cluster.rolledOut(`deployment/${stable}`);
    await this.#cluster.rolledOut('deployment/worker');
    say(`${stable}, worker and verify run ${image}, too`);
  }

  #apply(apiVersion: string, kind: string, metadata: object, spec: unknown) {
    return this.#cluster.run(['apply', '--filename', '-'], JSON.stringify({ apiVersion, kind, metadata, spec }));
  }
}

/** Under the other name in all that names it: itself, its pods, who selects or scales them. Labels that others share stay. */
function renamed({ metadata, spec }: z.infer<typeof existing>) {
  const text = JSON.stringify(spec)
    .replaceAll(`"${nameLabel}":"${stable}"`, `"${nameLabel}":"${next}"`)
    .replaceAll(`"kind":"Deployment","name":"${stable}"`, `"kind":"Deployment","name":"${next}"`);
  return { metadata: { name: next, labels: metadata.labels }, spec: JSON.parse(text) as Record<string, unknown> };
}
