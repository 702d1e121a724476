import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { overlays, renderedFile, schemasFile, sourcesLine } from '../local/manifests/sources.ts';
import { secretFiles } from '../src/commands/secrets.ts';
import { settingNames } from '../src/config.ts';

// What can be said of the manifests without a cluster.
const names = z.record(z.string(), z.string());
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), annotations: names.default({}) }),
});
const volumeItems = z.array(z.object({ key: z.string(), path: z.string() }));
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })).default([]),
  resources: z.object({
    requests: z.object({ cpu: z.string(), memory: z.string() }),
    limits: z.object({ memory: z.string() }),
  }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })),
});
/** Parsing a pod looks at what "restricted" asks for, at limits, and at what it may know of the cluster. */
const podTemplate = z.object({
  metadata: z.object({ labels: names }),
  spec: z.looseObject({
    serviceAccountName: z.literal('opex-manager'),
    automountServiceAccountToken: z.literal(false),
    enableServiceLinks: z.literal(false),
    hostNetwork: z.never().optional(),
    securityContext: z.looseObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int().min(1),
      seccompProfile: z.object({ type: z.literal('RuntimeDefault') }),
    }),
    containers: z.tuple([container]),
    volumes: z.array(
      z.looseObject({
        name: z.string(),
        secret: z.looseObject({ secretName: z.literal('opex-secrets'), items: volumeItems }).optional(),
      }),
    ),
  }),
});

const schemas = z
  .object({ version: z.string(), kinds: names, $defs: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(JSON.parse(readFileSync(schemasFile, 'utf8')));
describe.each(overlays)('the overlay %s', (overlay) => {
  const text = readFileSync(renderedFile(overlay), 'utf8');
  const all = parseAllDocuments(text).map((one) => manifest.parse(one.toJS()));
  const of = <Shape extends z.ZodType>(kind: string, spec: Shape) =>
    all
      .filter((one) => one.kind === kind)
      .map(({ metadata, ...rest }) => ({ ...metadata, spec: spec.parse(rest['spec']) }));
  const named = <One extends { name: string }>(list: One[], name: string) =>
    list.filter((one) => one.name === name)[0]!;
  const withPods = z.looseObject({ selector: z.object({ matchLabels: names }).optional(), template: podTemplate });
  const lasting = [...of('Deployment', withPods), ...of('StatefulSet', withPods)];
  const jobs = [
    ...of('Job', withPods),
    ...of(
      'CronJob',
      z
        .object({ jobTemplate: z.object({ spec: withPods }) })
        .loose()
        .transform(({ jobTemplate }) => jobTemplate.spec),
    ),
  ];
  const pods = [...lasting, ...jobs].map(({ name, spec }) => ({
    name,
    labels: spec.template.metadata.labels,
    ...spec.template.spec,
  }));
  const matched = (labels: Record<string, string>) =>
    pods.filter((pod) => Object.entries(labels).every(([label, value]) => pod.labels[label] === value));

  test('is rendered from the sources as they are: else run npm run manifests', () => {
    expect(text.startsWith(sourcesLine())).toBe(true);
  });

  test('says only what Kubernetes and the operators know', () => {
    for (const one of all) {
      const kind = schemas.kinds[`${one.apiVersion} ${one.kind}`];
      expect({ kind: one.kind, isKnown: kind !== undefined }).toEqual({ kind: one.kind, isKnown: true });
      const { error } = z.fromJSONSchema({ $ref: `#/$defs/${kind}`, $defs: schemas.$defs }).safeParse(one);
      expect({ kind: one.kind, name: one.metadata.name, problems: error?.issues ?? [] }).toEqual({
        kind: one.kind,
        name: one.metadata.name,
        problems: [],
      });
    }
  });

  test('has restricted pods, pinned images, and a namespace that takes no others', () => {
    expect(pods.length).toBeGreaterThanOrEqual(5);
    for (const {
      containers: [{ image }],
    } of pods)
      expect(image).toMatch(/:[\w.-]*\d[\w.-]*$/);
    const [namespace] = all.filter(({ kind }) => kind === 'Namespace');
    expect(namespace!.metadata).toMatchObject({
      name: 'opex',
      labels: { 'pod-security.kubernetes.io/enforce': 'restricted' },
    });
    expect(all.filter(({ kind }) => kind === 'ServiceAccount')).toMatchObject([
      { automountServiceAccountToken: false },
    ]);
  });

  test('gives secrets as files only, of those that the command writes', () => {
    expect(all.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(text).not.toMatch(/secretKeyRef|PASSWORD: [^/]|:\/\/\w+:\w+@/);
    const { data } = z
      .looseObject({ data: names })
      .parse(all.filter(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('settings-'))[0]);
    for (const {
      name,
      volumes,
      containers: [{ env, ...rest }],
    } of pods) {
      const files = volumes.flatMap(({ secret }) => secret?.items ?? []);
      for (const { key, path } of files)
        expect({ name, known: secretFiles }).toEqual({ name, known: expect.arrayContaining([key, path]) });
      const told = [
        ...env.map(({ name: setting, value = '' }) => [setting, value]),
        ...('envFrom' in rest ? Object.entries(data) : []),
      ];
      for (const [setting, value] of told)
        if (value!.startsWith('/run/secrets/'))
          expect({ name, setting, files }).toEqual({
            name,
            setting,
            files: expect.arrayContaining([{ key: value!.slice(13), path: value!.slice(13) }]),
          });
    }
  });

  test('names settings that there are', () => {
    const known = [...settingNames.flatMap((name) => [name, `${name}_FILE`]), 'NODE_OPTIONS'];
    for (const {
      containers: [{ image, env }],
    } of pods)
      if (/opex-manager:/.test(image)) for (const { name } of env) expect(known).toContain(name);
    const [settings] = all.filter(
      ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith('settings-'),
    );
    for (const name of Object.keys(settings!['data'] as object)) expect(known).toContain(name);
  });

  test('leads each selector to pods, and each port to one that they open', () => {
    for (const { name, spec } of lasting)
      expect({ name, labels: spec.template.metadata.labels }).toMatchObject({
        name,
        labels: spec.selector!.matchLabels,
      });
    const services = of(
      'Service',
      z.looseObject({
        selector: names.optional(),
        ports: z.array(z.looseObject({ targetPort: z.string().optional() })),
      }),
    );
    for (const { name, spec } of services) {
      if (!spec.selector) continue;
      const [pod] = matched(spec.selector);
      expect({ name, opens: pod?.containers[0].ports.map((port) => port.name) }).toEqual({
        name,
        opens: expect.arrayContaining(spec.ports.map(({ targetPort }) => targetPort)),
      });
    }
    for (const { name, spec } of of(
      'PodDisruptionBudget',
      z.looseObject({ selector: z.object({ matchLabels: names }) }),
    ))
      expect(matched(spec.selector.matchLabels).map((pod) => pod.name)).toEqual([name]);
    for (const { spec } of of(
      'NetworkPolicy',
      z.looseObject({ podSelector: z.object({ matchLabels: names.optional() }) }),
    ))
      if (overlay === 'local') expect(matched(spec.podSelector.matchLabels ?? {})).not.toEqual([]);
  });

  test('lets nothing talk to anything by default, and only Prometheus read the metrics', () => {
    const rule = z.looseObject({
      from: z.array(z.unknown()).optional(),
      ports: z.array(z.object({ port: z.int(), protocol: z.string().optional() })),
    });
    const policies = of(
      'NetworkPolicy',
      z.looseObject({ policyTypes: z.array(z.string()), ingress: z.array(rule).default([]) }),
    );
    expect(named(policies, 'nothing').spec).toEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
      ingress: [],
    });
    const opened = policies.flatMap(({ name, spec }) =>
      spec.ingress.map(({ from, ports }) => ({ name, from, ports: ports.map(({ port }) => port) })),
    );
    expect(opened.filter(({ ports }) => ports.includes(9464))).toEqual([
      {
        name: 'metrics-from-prometheus',
        ports: [9464],
        from: [
          {
            namespaceSelector: { matchLabels: { 'opex-manager/monitoring': 'true' } },
            podSelector: { matchLabels: { 'app.kubernetes.io/name': 'prometheus' } },
          },
        ],
      },
    ]);
    expect(opened.filter(({ from }) => !from).map(({ name }) => name)).toEqual(overlay === 'local' ? ['front'] : []);
  });

  test('scales, replaces and ends servers as promised', () => {
    const { spec: serve } = named(lasting, 'serve');
    expect(serve).toMatchObject({ strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0 } } });
    expect(serve).not.toHaveProperty('replicas');
    const {
      containers: [main],
      ...pod
    } = serve.template.spec;
    expect(pod).toMatchObject({
      terminationGracePeriodSeconds: 45,
      priorityClassName: 'opex-answering',
      topologySpreadConstraints: [{}, {}],
    });
    expect(main).toMatchObject({
      startupProbe: { httpGet: { path: '/livez' } },
      livenessProbe: { httpGet: { path: '/livez' } },
      readinessProbe: { httpGet: { path: '/readyz' }, periodSeconds: 5, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: 5 } } },
    });
    const megabytes = (words: string) => Number.parseInt(words) * (words.endsWith('Gi') ? 1024 : 1);
    const limit = megabytes(main.resources.limits.memory);
    expect(limit).toBe(2 * megabytes(main.resources.requests.memory));
    expect(main.env).toContainEqual({ name: 'NODE_OPTIONS', value: `--max-old-space-size=${(limit * 3) / 4}` });
    if (overlay === 'production') expect(main.resources.requests).toEqual({ cpu: '500m', memory: '512Mi' });
    const [autoscaler] = of('HorizontalPodAutoscaler', z.looseObject({}));
    const utilization = (name: string, averageUtilization: number) => ({
      type: 'Resource',
      resource: { name, target: { type: 'Utilization', averageUtilization } },
    });
    const requests = {
      type: 'Pods',
      pods: { metric: { name: 'http_requests_per_second' }, target: { type: 'AverageValue', averageValue: '1000' } },
    };
    expect(autoscaler!.spec).toMatchObject({
      minReplicas: 3,
      maxReplicas: overlay === 'production' ? 8 : 6,
      metrics: [utilization('cpu', 70), utilization('memory', 80), ...(overlay === 'production' ? [requests] : [])],
      behavior: {
        scaleUp: {
          policies: [
            { type: 'Percent', value: 100, periodSeconds: 30 },
            { type: 'Pods', value: 4, periodSeconds: 30 },
          ],
        },
        scaleDown: { stabilizationWindowSeconds: 300, policies: [{ type: 'Percent', value: 50, periodSeconds: 60 }] },
      },
    });
    expect(named(of('PodDisruptionBudget', z.looseObject({ minAvailable: z.int() })), 'serve').spec.minAvailable).toBe(
      2,
    );
  });
});
