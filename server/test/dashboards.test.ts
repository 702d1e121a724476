import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ApiClient } from '../local/api-client.ts';
import { dashboards } from '../local/manifests/dashboard-list.ts';
import { dashboardFile, dashboardFiles } from '../local/manifests/dashboards.ts';
import { freePort } from '../local/ports.ts';
import { findTools } from '../local/tools.ts';
import { createService, createYear, everyMonth } from './factories/index.ts';
import { admin, startInstance } from './harness/instances.ts';
import { runCommand } from './harness/run-command.ts';

const root = resolve(import.meta.dirname, '../..');
const rulesFile = join(root, 'server/deploy/prometheus/rules.yml');

test('dashboards are written as they are described: else run npm run manifests', () => {
  const folder = join(dashboardFile('slo'), '..');
  expect(readdirSync(folder).toSorted()).toEqual(dashboards.map(({ name }) => `${name}.json`).toSorted());
  for (const { file, text } of dashboardFiles()) expect(readFileSync(file, 'utf8')).toBe(text);
});

const { prometheus } = findTools();
describe.skipIf(!prometheus)(`a Prometheus that scrapes the product (${prometheus ?? 'not installed'})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'opex-prometheus-'));
  const ends: (() => unknown)[] = [];
  let url = '';

  beforeAll(async () => {
    const year = await createYear('FY26');
    await createService({ uid: 'A' }, { planId: year.planId, months: everyMonth('1.00') });
    const instance = await startInstance();
    ends.push(() => instance.stop());
    await runCommand(['verify']);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const target = new URL(instance.metricsUrl).host;
    const every = { scrape_interval: '1s', evaluation_interval: '1s' };
    const configuration = {
      global: every,
      rule_files: [rulesFile],
      scrape_configs: [{ job_name: 'opex-manager', static_configs: [{ targets: [target] }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configuration));
    const child = spawn(
      prometheus!,
      [
        `--config.file=${folder}/prometheus.yml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    ends.push(async () => {
      child.kill();
      if (child.exitCode === null) await once(child, 'exit');
    });
    await vi.waitFor(async () => expect(await ask('up')).toHaveLength(1), { timeout: 30_000, interval: 500 });
    await useTheProduct(instance.url);
  }, 120_000);
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
    rmSync(folder, { recursive: true });
  });

  test.each(dashboards.flatMap(({ name, panels }) => panels.map((panel) => ({ name, ...panel }))))(
    'answers $title of $name',
    async ({ lines }) => {
      for (const expr of Object.values(lines))
        await expect.poll(() => ask(expr), { message: expr, timeout: 20_000 }).not.toEqual([]);
    },
  );

  test('has a figure for every comparison of an alert, and fires none', async () => {
    const rule = z.object({ alert: z.string().optional(), expr: z.string() });
    const { groups } = z
      .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
      .parse(parse(readFileSync(rulesFile, 'utf8')));
    const compared = groups
      .flatMap(({ rules }) => rules)
      .filter(({ alert = '' }) => alert !== 'CertificateEndsSoon' && alert !== 'NumberOfInstancesChanged')
      .flatMap(({ expr }) =>
        expr.split(/ and /).map((part) => part.replace(/ (>=?|<|==|!=) ([\d.*+ ]|\(max\(daily_budget\) > 0\))+$/, '')),
      );
    // A budget of a day is set by whoever wants one; what a day costs is known without.
    const silent: string[] = [];
    for (const expr of compared)
      if (!/^absent| > 10 \* /.test(expr) && (await ask(expr)).length === 0) silent.push(expr);
    // Of what has not happened, and what nobody can know yet.
    const notYet = /shed|seal_failures|application_errors|redis_memory_max|memory_leak_suspected/;
    expect(silent.filter((expr) => !notYet.test(expr))).toEqual([]);
    const fired = (await ask('ALERTS{alertstate="firing"}')).map(({ metric }) => metric['alertname'] ?? '');
    // A machine that runs tests is busy.
    expect(fired.filter((name) => !/^(Cpu|EventLoop|AnswersAreSlow)/.test(name))).toEqual([]);
  });

  const answer = z.object({
    data: z.object({ result: z.array(z.object({ metric: z.record(z.string(), z.string()), value: z.unknown() })) }),
  });
  async function ask(expr: string) {
    const found = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    expect(found.status, expr).toBe(200);
    return answer.parse(await found.json()).data.result;
  }
});

/** People look, write, look again, and one mistypes a password. */
async function useTheProduct(url: string) {
  const [person, other] = [await signIn(url), await signIn(url)];
  await fetch(`${url}/api/events`, { headers: person.headers });
  await fetch(`${url}/api/auth/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'nobody@example.com', password: 'a wrong guess' }),
  });
  for (let round = 0; round < 5; round++) {
    const { data } = (await person.json('/api/budgets?fy=FY26&limit=50')) as {
      data: { id: number; version: number }[];
    };
    const [row] = data;
    await person.json(`/api/budgets/${row!.id}?fy=FY26`, {
      method: 'PATCH',
      version: row!.version,
      body: { budget: `${round + 10}.00`, reason: 'Test' },
    });
    for (const reader of [person, other])
      for (const path of ['/api/reports/dashboard?fy=FY26', '/api/budgets?fy=FY26&limit=50', '/api/search?q=A'])
        await reader.text(path);
    await new Promise((done) => setTimeout(done, 1_500)); // Prometheus looks once a second
  }
}

const signIn = (url: string) => ApiClient.signIn(url, admin.email, admin.password);
