import { readdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** prisma/functions holds the text of every function that is in force, all of one name in a file of that name. */
const folder = path.resolve(import.meta.dirname, '../../prisma/functions');
const client = new pg.Client({ connectionString: process.env['DATABASE_URL']! });
let functions: { name: string; text: string }[];

beforeAll(async () => {
  await client.connect();
  const { rows } = await client.query(`
    SELECT proname AS name, string_agg(trim(E'\\n' FROM pg_get_functiondef(p.oid)), E';\\n\\n' ORDER BY p.oid) AS text FROM pg_proc p
    WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    GROUP BY proname ORDER BY proname`);
  functions = rows;
});
afterAll(() => client.end());

test('each function has a file and each file a function', () => {
  expect(functions.length).toBeGreaterThan(10);
  expect(readdirSync(folder).toSorted()).toEqual(functions.map(({ name }) => `${name}.sql`));
});

test('each file says what the database does; `npm test -- functions -u` writes them again', async () => {
  for (const { name, text } of functions)
    await expect(`${text};\n`).toMatchFileSnapshot(path.join(folder, `${name}.sql`));
});
