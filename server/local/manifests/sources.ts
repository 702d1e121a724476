import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { checkout } from '../folders.ts';

export const overlays = ['local', 'production'];
export const renderedFile = (overlay: string) => join(checkout, `k8s/rendered/${overlay}.yaml`);
export const schemasFile = join(checkout, 'server/test/kubernetes-schemas.json');
export const readmeFile = join(checkout, 'k8s/README.md');

export const rulesFile = join(checkout, 'k8s/components/monitoring/rules.yaml');

/** The rules of Prometheus, in the form that its operator takes. */
export function ruleManifest(): string {
  const rules = readFileSync(join(checkout, 'server/deploy/prometheus/rules.yml'), 'utf8');
  return `# Written by "npm run manifests" of server/deploy/prometheus/rules.yml
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: opex-manager
spec:
${rules.replaceAll(/^(?=.)/gm, '  ')}`;
}

export const frontFile = join(checkout, 'k8s/components/front/nginx.conf');

/** nginx before the pods is configured as on one host, but for where names come from. */
export function frontConfiguration(): string {
  return readFileSync(join(checkout, 'server/deploy/nginx/nginx.conf'), 'utf8')
    .replace("Docker's name server", "The cluster's name server")
    .replace('resolver 127.0.0.11', 'resolver kube-dns.kube-system.svc.cluster.local')
    .replace('server serve:5000', 'server serve-pods.opex.svc.cluster.local:5000');
}

/** nginx on one host has its configuration in its image. */
const isRead = /^(?!server\/deploy\/nginx\/).*(?<!\.md)$/;

/** Stands in each rendered file: whoever changes a source without rendering is told so by a test. */
export function sourcesLine(): string {
  const hash = createHash('sha256');
  for (const file of ['k8s/base', 'k8s/components', 'k8s/overlays', 'server/deploy'].flatMap(filesBelow)) {
    if (!isRead.test(file)) continue;
    hash.update(`${file}\n`).update(readFileSync(join(checkout, file)));
  }
  return `# Written by "npm run manifests", of sources ${hash.digest('hex').slice(0, 16)}\n`;
}

const filesBelow = (folder: string) =>
  readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(checkout, join(entry.parentPath, entry.name)))
    .toSorted();
