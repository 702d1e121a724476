import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { withTable } from '../local/manifests/settings-table.ts';
import { frontConfiguration, frontFile, readmeFile, renderedFile } from '../local/manifests/sources.ts';

test('the ingress keeps inside what is not for the world, and holds no notice back', () => {
  const path = z.object({
    path: z.string(),
    pathType: z.string(),
    backend: z.object({ service: z.looseObject({ name: z.string() }) }),
  });
  const ingress = z.looseObject({
    metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
    kind: z.literal('Ingress'),
    spec: z.looseObject({
      tls: z.array(z.unknown()).length(1),
      rules: z.tuple([z.looseObject({ http: z.object({ paths: z.array(path) }) })]),
    }),
  });
  const all = parseAllDocuments(readFileSync(renderedFile('production'), 'utf8')).map((one) => one.toJS() as unknown);
  const [main, events, imports] = all.flatMap((one) => ingress.safeParse(one).data ?? []);
  const led = main!.spec.rules[0].http.paths.map((one) => [one.path, one.backend.service.name]);
  expect(Object.fromEntries(led)).toEqual({ '/': 'serve', '/metrics': 'nobody', '/api/performance': 'nobody' });
  expect(all).toContainEqual(
    expect.objectContaining({
      kind: 'Service',
      metadata: expect.objectContaining({ name: 'nobody' }),
      spec: { ports: [{ port: 80 }] },
    }),
  );
  expect(main!.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/proxy-body-size': '2m' });
  expect(events).toMatchObject({
    metadata: {
      annotations: {
        'nginx.ingress.kubernetes.io/proxy-buffering': 'off',
        'nginx.ingress.kubernetes.io/proxy-read-timeout': '3600',
      },
    },
    spec: {
      rules: [
        { http: { paths: [{ path: '/api/events', pathType: 'Exact', backend: { service: { name: 'serve' } } }] } },
      ],
    },
  });
  expect(imports).toMatchObject({
    metadata: {
      annotations: {
        'nginx.ingress.kubernetes.io/proxy-body-size': '51m',
        'nginx.ingress.kubernetes.io/proxy-request-buffering': 'off',
      },
    },
    spec: { rules: [{ http: { paths: [{ path: '/api/imports', pathType: 'Exact' }] } }] },
  });
});

test('nginx before the pods is configured as on one host, but for where names come from: else run npm run manifests', () => {
  expect(readFileSync(frontFile, 'utf8')).toBe(frontConfiguration());
  expect(frontConfiguration()).toMatch(/resolver kube-dns[^]*server serve-pods\.opex/);
});

test('the README lists the settings as they are: else run npm run manifests', () => {
  const readme = readFileSync(readmeFile, 'utf8');
  expect(readme).toContain('`DATABASE_URL` | must be set');
  expect(withTable(readme)).toBe(readme);
});
