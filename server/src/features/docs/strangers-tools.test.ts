import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import openapiTypes, { astToString } from 'openapi-typescript';
import request from 'supertest';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../local/folders.ts';
import { createApp } from '../../app.ts';

const root = resolve(import.meta.dirname, '../../../..');
const folder = temporaryFolder('opex-api-document-');
const file = join(folder, 'openapi.json');
let served = '';

beforeAll(async () => {
  const answer = await request(createApp()).get('/api/openapi.json').expect(200);
  served = answer.text;
  writeFileSync(file, served);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every pattern inside a value. */
const patternsIn = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) =>
        key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
      )
    : [];

describe('the document that is served, read by the tools of strangers', () => {
  test('passes redocly lint without a warning', async () => {
    const lint = [join(root, 'node_modules/@redocly/cli/bin/cli.js'), 'lint', file, '--format=json'];
    const config = `--config=${join(root, 'server/test/redocly.yaml')}`;
    const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await promisify(execFile)(process.execPath, [...lint, config], { env, cwd: folder }).catch(
      (error: unknown) => error as { stdout: string },
    );
    const { totals, problems } = JSON.parse(stdout) as { totals: object; problems: unknown[] };
    expect(problems).toEqual([]);
    expect(totals).toMatchObject({ errors: 0, warnings: 0, ignored: 0 });
  });

  test('becomes types that a strict compiler takes, with numbers for ids', async () => {
    const types = astToString(await openapiTypes(served));
    const use = `
      import type { operations } from './types.ts';
      export const path: operations['getServicesId']['parameters']['path'] = { id: 1 };
      // @ts-expect-error an id is a number
      export const wrong: operations['getServicesId']['parameters']['path'] = { id: 'one' };
    `;
    writeFileSync(join(folder, 'types.ts'), types);
    writeFileSync(join(folder, 'use.ts'), use);
    const program = ts.createProgram([join(folder, 'use.ts')], {
      strict: true,
      noEmit: true,
      types: [],
      module: ts.ModuleKind.Preserve,
      allowImportingTsExtensions: true,
    });
    const words = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
    expect(words).toEqual([]);
  });

  test('has only patterns that every language reads alike', () => {
    const patterns = [...new Set(patternsIn(JSON.parse(served)))];
    expect(patterns.length).toBeGreaterThan(15);
    for (const pattern of patterns) {
      expect(() => new RegExp(pattern), pattern).not.toThrow();
      // Groups that only group: no look-around, no names, no flags inside.
      expect(pattern).not.toMatch(/\((?=\?)(?!\?:)/);
      // `\d` and `\w` mean more to Python than to JavaScript; `\p`, `\u`, `\b` and numbers are not everywhere.
      expect(pattern.match(/\\[^.s]/g) ?? [], pattern).toEqual([]);
      // Printable ASCII: what cannot be seen cannot be copied.
      expect(pattern).toMatch(/^[\x20-\x7e]+$/);
      // From end to end, as some languages match anywhere and others the whole text.
      expect(pattern).toMatch(/^\^.*\$$/);
    }
  });
});
