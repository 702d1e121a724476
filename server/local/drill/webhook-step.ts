import { selfSigned } from '../../src/lib/self-signed.ts';
import { CommandFailed } from '../command.ts';
import { Next } from '../deploy/next.ts';
import type { Client } from './client.ts';
import { type Cluster, until } from './cluster.ts';
import type { Step } from './table.ts';

interface Rehearsal {
  cluster: Cluster;
  client: Client;
}
interface Delivery {
  state: string;
  error: string | null;
}

export const webhookStep: Step<Rehearsal> = { what: 'a webhook is sent to a receiver in the cluster', work: sent };

const elsewhere = 'opex-receiver';
const host = `receiver.${elsewhere}.svc.cluster.local`;
const component = 'k8s/components/webhooks/network.yaml';

const apply = (cluster: Cluster, namespace: string, items: object[]) =>
  cluster.run(['--namespace', namespace, 'apply', '--filename', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items })); // prettier-ignore

/** The product refuses an address inside; where it is told not to, the network does, until a rule names the receiver. */
async function sent({ cluster, client }: Rehearsal): Promise<string> {
  const { certificate, key } = await selfSigned(host);
  let isAllowed = false;
  try {
    await cluster.run(['apply', '--filename', component]);
    await apply(cluster, 'opex', [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'receiver' }, data: { 'tls.crt': certificate } }]); // prettier-ignore
    await apply(cluster, elsewhere, receiver(await new Next(cluster).image(Next.names.stable), certificate, key));
    await cluster.run(['wait', '--namespace', elsewhere, '--for=condition=Ready', 'pod/receiver', '--timeout=2m']);
    const address = (await cluster.run(['get', 'pod/receiver', '--namespace', elsewhere, '--output', 'jsonpath={.status.podIP}'])).trim(); // prettier-ignore
    const body = { name: `Receiver ${Date.now()}`, url: `https://${host}:8443/told`, events: ['master.created'] };
    const { id } = (await client.json('POST', '/api/webhooks', body)) as { id: number };
    const outcome = async () => {
      await client.json('POST', `/api/webhooks/${id}/test`);
      let found: string | undefined;
      const isTried = async () => (found = await lastOutcome(client, id)) !== undefined;
      await until(isTried, 60, 'the delivery was tried');
      return found;
    };
    const byProduct = await outcome();
    if (!byProduct?.includes('is not on the internet'))
      throw new CommandFailed(`The product should refuse: ${byProduct}`);
    await cluster.run(['patch', 'deployment/worker', '--patch', JSON.stringify(allowing(address))]);
    isAllowed = true;
    await cluster.rolledOut('deployment/worker');
    const byNetwork = await outcome();
    await apply(cluster, 'opex', [ruleFor(address)]);
    const named = await outcome();
    if (named !== 'arrived') throw new CommandFailed(`It should arrive where a rule names it: ${named}`);
    return `refused by the product; allowed there, ${byNetwork === 'arrived' ? 'NOT REFUSED by a network that enforces nothing' : 'refused by the network'}; with a rule that names it, arrived`; // prettier-ignore
  } finally {
    // An apply would leave what was patched in.
    if (isAllowed) await cluster.run(['rollout', 'undo', 'deployment/worker']);
    if (isAllowed) await cluster.rolledOut('deployment/worker');
    await cluster.run(['delete', '--ignore-not-found', 'networkpolicy/worker-to-receiver', 'configmap/receiver', `namespace/${elsewhere}`]); // prettier-ignore
    await cluster.run(['delete', '--ignore-not-found', '--filename', component]);
  }
}

/** Nothing until it was tried. */
async function lastOutcome(client: Client, id: number): Promise<string | undefined> {
  const { data } = (await client.json('GET', `/api/webhooks/${id}/deliveries`)) as { data: Delivery[] };
  const [last] = data;
  return last?.state === 'done' ? 'arrived' : (last?.error ?? undefined);
}

/** A server of another one's, outside of the namespace and of its rules. */
const receiver = (image: string, certificate: string, key: string) => [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: elsewhere } },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'receiver' }, stringData: { 'tls.crt': certificate, 'tls.key': key } }, // prettier-ignore
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'receiver' },
    spec: { clusterIP: 'None', selector: { name: 'receiver' }, ports: [{ port: 8443 }] },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'receiver', labels: { name: 'receiver' } },
    spec: {
      containers: [
        {
          name: 'receiver',
          image,
          command: ['node', '--eval', `const [cert, key] = ['crt', 'key'].map((end) => require('fs').readFileSync('/tls/tls.' + end));
            require('https').createServer({ cert, key }, (asked, answer) => answer.end()).listen(8443)`], // prettier-ignore
          readinessProbe: { tcpSocket: { port: 8443 }, periodSeconds: 1 },
          volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
        },
      ],
      volumes: [{ name: 'tls', secret: { secretName: 'receiver' } }],
      terminationGracePeriodSeconds: 0,
    },
  },
];

const allowing = (address: string) => ({
  spec: {
    template: {
      spec: {
        containers: [
          {
            name: 'worker',
            env: [
              { name: 'WEBHOOK_PRIVATE_NETWORKS', value: `${address}/32` },
              { name: 'NODE_EXTRA_CA_CERTS', value: '/receiver/tls.crt' },
            ],
            volumeMounts: [{ name: 'receiver', mountPath: '/receiver', readOnly: true }],
          },
        ],
        volumes: [{ name: 'receiver', configMap: { name: 'receiver' } }],
      },
    },
  },
});

const ruleFor = (address: string) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'worker-to-receiver' },
  spec: {
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'worker' } },
    policyTypes: ['Egress'],
    egress: [{ to: [{ ipBlock: { cidr: `${address}/32` } }], ports: [{ port: 8443 }] }],
  },
});
