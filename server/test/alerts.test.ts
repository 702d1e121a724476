import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { findTools } from '../local/tools.ts';
import { ruleManifest, rulesFile } from '../local/manifests/sources.ts';
import { startInstance } from './harness/instances.ts';
import { scrape } from './harness/scrape.ts';

const root = resolve(import.meta.dirname, '../..');
const deploy = join(root, 'server/deploy');
const read = (path: string): unknown => parse(readFileSync(join(deploy, path), 'utf8'));

const rule = z.union([
  z.strictObject({ record: z.string(), expr: z.string() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: z.string().optional(),
    labels: z.strictObject({ severity: z.enum(['critical', 'warning', 'info']) }),
    annotations: z.strictObject({ summary: z.string() }),
  }),
]);
const ruleFile = z.object({ groups: z.array(z.object({ name: z.string(), rules: z.array(rule) })) });
const { groups } = ruleFile.parse(read('prometheus/rules.yml'));
const rules = groups.flatMap((group) => group.rules);
const alerts = rules.flatMap((one) => ('alert' in one ? one.alert : []));

const testFile = z.object({ tests: z.array(z.object({ name: z.string() })) });
const testFiles = readdirSync(join(deploy, 'prometheus/tests')).map((file) => `prometheus/tests/${file}`);

describe('each alert', () => {
  test('has a page that says what to do, and no page is of an alert that is gone', () => {
    // Pages of what people set out to do begin small.
    const files = readdirSync(join(root, 'k8s/runbooks'));
    const pages = files.flatMap((file) => /^([A-Z]\w+)\.md$/.exec(file)?.[1] ?? []);
    expect(pages.toSorted()).toEqual(alerts.toSorted());
    for (const name of pages) {
      const text = readFileSync(join(root, `k8s/runbooks/${name}.md`), 'utf8');
      expect(text).toMatch(new RegExp(`^# ${name}\n\n.+\n\n## How to see\n\n- [^]+\n\n## What to do\n\n- `));
      for (const [, other] of text.matchAll(/\]\((\w+\.md)\)/g)) expect(files).toContain(other);
    }
  });

  test('is fired once and kept quiet once', () => {
    const told = testFiles.flatMap((file) => testFile.parse(read(file)).tests.map(({ name }) => name));
    const wanted = alerts.flatMap((name) => [`${name} fires`, `${name} keeps quiet`]);
    expect(told.toSorted()).toEqual(wanted.toSorted());
  });

  const { promtool, amtool } = findTools();
  const run = async (...[file, ...args]: string[]) => (await promisify(execFile)(file!, args)).stdout.trim();
  test.skipIf(!promtool)(
    `fires and keeps quiet as its tests say (promtool: ${promtool ?? 'not installed'})`,
    { timeout: 120_000 },
    async () => {
      const files = testFiles.map((file) => join(deploy, file));
      expect(await run(promtool!, 'check', 'rules', join(deploy, 'prometheus/rules.yml'))).toContain('SUCCESS');
      expect(await run(promtool!, 'test', 'rules', ...files)).not.toContain('FAILED');
    },
  );

  test.skipIf(!amtool)(`finds somebody (amtool: ${amtool ?? 'not installed'})`, async () => {
    const file = join(deploy, 'alertmanager/alertmanager.yml');
    const toldOf = (severity: string) =>
      run(amtool!, 'config', 'routes', 'test', `--config.file=${file}`, `severity=${severity}`);
    const told = await Promise.all(['critical', 'warning', 'info'].map(toldOf));
    expect(told).toEqual(['pager,chat', 'chat', 'mail']);
  });
});

test('a cluster gets the same rules', () => {
  expect(readFileSync(rulesFile, 'utf8')).toBe(ruleManifest());
  expect(ruleFile.parse(z.object({ spec: z.unknown() }).parse(parse(ruleManifest())).spec).groups).toEqual(groups);
});

describe('what rules ask for', () => {
  let instance: Awaited<ReturnType<typeof startInstance>>;
  beforeAll(async () => void (instance = await startInstance()));
  afterAll(() => instance.stop());

  /** Told by Prometheus itself, by cert-manager and by the blackbox exporter. */
  const ofOthers = [
    'up',
    'certmanager_certificate_expiration_timestamp_seconds',
    'probe_ssl_earliest_cert_expiry',
    'cnpg_collector_last_available_backup_timestamp',
  ];

  test('is told by a process of ours', async () => {
    const text = await (await fetch(instance.metricsUrl)).text();
    const told = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : name,
    );
    const recorded = rules.flatMap((one) => ('record' in one ? one.record : []));
    const asked = new Set(rules.flatMap(({ expr }) => metricsIn(expr)));
    expect(asked.size).toBeGreaterThan(25);
    expect([...asked].filter((name) => ![...told, ...recorded, ...ofOthers].includes(name))).toEqual([]);
    expect((await scrape(instance.metricsUrl)).names.size).toBeGreaterThan(40);
  });
});

const words = new Set(
  'sum,count,min,max,rate,increase,histogram_quantile,vector,absent,time,by,without,and,or,unless,offset,on,ignoring,bool,le'.split(
    ',',
  ),
);
/** Without what stands in braces, in brackets, in quotes and in the lists of labels. */
function metricsIn(expr: string): string[] {
  const named = [...expr.matchAll(/__name__=~"([^"]+)"/g)].flatMap(([, names = '']) => names.split('|'));
  const bare = expr
    .replaceAll(/\{[^}]*\}|\[[^\]]*\]|"[^"]*"/g, ' ')
    .replaceAll(/\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\boffset \w+/g, ' ');
  return [...named, ...(bare.match(/[a-zA-Z_:][\w:]*/g) ?? []).filter((word) => !words.has(word))];
}
