import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

// What can be said of the workflows without running them; the job "workflows" asks actionlint for the rest.
const root = resolve(import.meta.dirname, '../..');
const step = z.looseObject({ uses: z.string().optional(), run: z.string().optional() });
const workflow = z.looseObject({
  permissions: z.record(z.string(), z.string()),
  concurrency: z.looseObject({ group: z.string() }),
  jobs: z.record(
    z.string(),
    z.looseObject({ 'timeout-minutes': z.int().optional(), uses: z.string().optional(), steps: z.array(step).default([]) }), // prettier-ignore
  ),
});
const folder = join(root, '.github/workflows');
const files = [
  ...readdirSync(folder).map((name) => join(folder, name)),
  ...readdirSync(join(root, '.github/actions')).map((name) => join(root, '.github/actions', name, 'action.yml')),
];
const scripts = Object.keys((JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts); // prettier-ignore

describe.each(files)('%s', (file) => {
  const text = readFileSync(file, 'utf8');

  test("takes others' actions by their commit, with the version beside it", () => {
    const used = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action ?? '');
    const others = used.filter((action) => !action.startsWith('./'));
    expect(others.filter((action) => !/^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  });

  test('calls commands that there are', () => {
    const called = [...text.matchAll(/npm run (?:--silent )?([\w-]+)/g)].map(([, name]) => name ?? '');
    expect(called.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test.skipIf(file.includes('/actions/'))('may read at most, unless a job says more, and ends', () => {
    const { permissions, jobs } = workflow.parse(parse(text));
    expect(Object.values(permissions).filter((level) => level !== 'read')).toEqual([]);
    const endless = Object.entries(jobs).filter(([, job]) => !job.uses && !job['timeout-minutes']);
    expect(endless.map(([name]) => name)).toEqual([]);
  });
});
