import type { Endpoint } from '@opex/contracts/endpoint';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { serviceFields } from '@opex/contracts/fields/service';
import { createApp } from '../src/app.ts';
import { settingNames } from '../src/config.ts';
import { tables } from '../src/features/masters/masters.repository.ts';
import { keptColumnsOf } from '../src/database/list/catalogue.ts';
import * as settings from '../src/features/settings/settings.service.ts';
import { served } from '../src/http/serve.ts';
import { duties } from '../src/duties.ts';
import { registry } from '../src/lib/metrics.ts';
import type { Duty } from '../src/lib/duties.ts';
import { dashboards } from '../local/manifests/dashboard-list.ts';
import { sql } from './harness/sql.ts';
import { nameOf } from './harness/addresses.ts';

/** Lists that two places must agree on: what is forgotten in one of them fails here. */

createApp();
const source = join(import.meta.dirname, '../src');
const contracts = join(import.meta.dirname, '../contracts/src');
const modules = await Promise.all(
  readdirSync(contracts)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => import(join(contracts, file)) as Promise<Record<string, unknown>>),
);

/** Endpoints stand in objects named `...Endpoints`, some of them one level deeper. */
function endpointsIn(value: unknown): Endpoint[] {
  if (typeof value !== 'object' || value === null) return [];
  return 'method' in value && 'path' in value ? [value as Endpoint] : Object.values(value).flatMap(endpointsIn);
}
const described = modules.flatMap((module) =>
  Object.entries(module)
    .filter(([name]) => name.endsWith('Endpoints'))
    .flatMap(([, value]) => endpointsIn(value)),
);

describe('contracts and routes', () => {
  test('every endpoint that a contract describes is served', () => {
    expect(described.length).toBeGreaterThan(60);
    expect(served.map(nameOf).sort()).toEqual(described.map(nameOf).sort());
  });
});

describe('duties', () => {
  test('that a feature has are all started', async () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.duties.ts'),
    );
    const exported = await Promise.all(
      files.map((file) => import(join(source, file)) as Promise<Record<string, Duty>>),
    );
    expect(files.length).toBeGreaterThan(8);
    for (const duty of exported.flatMap((module) => Object.values(module))) expect(duties).toContain(duty);
  });

  test('have names of their own, by which the log speaks of them', () => {
    expect(new Set(duties.map(({ name }) => name)).size).toBe(duties.length);
  });
});

describe('settings', () => {
  test('of the environment are all in .env.example, and no others', () => {
    const example = readFileSync(join(source, '../../.env.example'), 'utf8');
    const named = [...example.matchAll(/^(?:# ?)?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name);
    // Set by what starts the process.
    const told = settingNames.filter((name) => name !== 'NODE_ENV');
    expect(named.toSorted()).toEqual(told.toSorted());
  });

  test('of the installation are those in the table, and no others', async () => {
    const kept = await sql<{ key: string }>('SELECT key FROM settings ORDER BY key');
    expect(kept.map(({ key }) => key)).toEqual(Object.keys(await settings.current()).toSorted());
  });
});

describe('the catalogue of a service', () => {
  test('names columns of its table, of its types', async () => {
    const columns = await sql<{ name: string; type: string }>(
      `SELECT column_name AS name, CASE data_type WHEN 'integer' THEN 'int' ELSE data_type END AS type
       FROM information_schema.columns WHERE table_name = 'services'`,
    );
    const kept = keptColumnsOf(serviceFields).map(({ column, type }) => ({ name: column, type }));
    expect(kept.length).toBeGreaterThan(20);
    expect(columns).toEqual(expect.arrayContaining(kept));
  });
});

describe('metrics', () => {
  const onNoDashboard: Record<string, string> = {
    http_last_failure_timestamp_seconds: 'is for the Operations page: Prometheus knows the past of http_requests_total',
  };
  /** Told by Node.js unasked; dashboards have what an operator needs of it. */
  const isOfNode = (name: string) => /^(nodejs|process)_/.test(name);

  test('are all on a dashboard or in a rule, but for those that need not be', () => {
    const rules = readFileSync(join(import.meta.dirname, '../deploy/prometheus/rules.yml'), 'utf8');
    const shown = new Set(
      [...`${rules} ${JSON.stringify(dashboards)}`.matchAll(/\w+/g)].map(([name]) =>
        name.replace(/_(bucket|count|sum)$/, ''),
      ),
    );
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(50);
    const unseen = names.filter((name) => !isOfNode(name) && !shown.has(name));
    expect(unseen).toEqual(Object.keys(onNoDashboard));
  });
});

describe('masters', () => {
  /** Kept by the server, which computes them anew after a merge. */
  const summaries = ['tower_entity_years', 'vendor_entity_years', 'vendor_years'];

  test('know every column that refers to them, so that none is forgotten when two become one', async () => {
    for (const { table, uses } of Object.values(tables)) {
      const found = await sql<{ use: string }>(
        `SELECT conrelid::regclass || '.' || attname AS use FROM pg_constraint
         JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
         WHERE contype = 'f' AND confrelid = $1::regclass AND conrelid::regclass::text <> ALL ($2)`,
        [table, summaries],
      );
      expect(found.map(({ use }) => use).sort(), table).toEqual(uses.map((use) => use.join('.')).sort());
    }
  });

  test('are merged wherever they are used', () => {
    for (const [kind, { uses }] of Object.entries(tables))
      if (kind !== 'entities')
        for (const [table] of uses) expect(['services', 'purchase_lines'], `merges of ${kind}`).toContain(table);
  });
});
