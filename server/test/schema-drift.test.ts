import { readFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** schema.prisma says what the migrations made, and nothing else: tables, columns, types, blanks, keys and references. */
const client = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
const schema = readFileSync(path.resolve(import.meta.dirname, '../../prisma/schema.prisma'), 'utf8');

type Field = { name: string; type: string; list: boolean; optional: boolean; attributes: string };
type Model = { table: string; fields: Field[]; block: string };

const models: Model[] = [...schema.matchAll(/^model \w+ \{\n(.*?)^\}/gms)].map(([, block = '']) => ({
  block,
  table: /@@map\("(\w+)"\)/.exec(block)?.[1] ?? '',
  fields: [...block.matchAll(/^ {2}(\w+) +(\w+)(\[\])?(\?)?(.*)$/gm)].map(
    ([, name = '', type = '', list, optional, attributes = '']) => ({
      name,
      type,
      list: list !== undefined,
      optional: optional !== undefined,
      attributes,
    }),
  ),
}));
const modelNames = new Set([...schema.matchAll(/^model (\w+)/gm)].map(([, name]) => name));
const columnOf = ({ name, attributes }: Field) => /@map\("(\w+)"\)/.exec(attributes)?.[1] ?? name;
const columnsOf = ({ fields }: Model) => fields.filter(({ type }) => !modelNames.has(type));

/** As format_type() writes it. */
const types: Record<string, string> = {
  Int: 'integer',
  BigInt: 'bigint',
  Float: 'double precision',
  String: 'text',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Json: 'jsonb',
};
function typeOf({ type, list, attributes }: Field): string {
  const native = /@db\.(\w+)(?:\(([\d, ]+)\))?/.exec(attributes);
  const [, name = '', size = ''] = native ?? [];
  const written: Record<string, string> = {
    Timestamptz: `timestamp(${size}) with time zone`,
    Date: 'date',
    SmallInt: 'smallint',
    Json: 'json',
    Decimal: `numeric(${size.replace(' ', '')})`,
    Char: `character(${size})`,
  };
  return `${name ? written[name] : types[type]}${list ? '[]' : ''}`;
}

const rows = async (text: string) => (await client.query<Record<string, string>>(text)).rows;
const sorted = (lines: string[]) => lines.toSorted();

beforeAll(() => client.connect());
afterAll(() => client.end());

test('every column is a field and every field a column, of the same type, and blank alike', async () => {
  const stored = await rows(`
    SELECT c.relname AS table, a.attname AS name, a.attnotnull AS filled, a.attndims > 0 AS list,
      format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid), CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END) AS type
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> '_prisma_migrations'`);
  // A list has no "?" in Prisma, whether or not it may be missing.
  const inDatabase = stored.map(
    ({ table, name, type, filled, list }) => `${table}.${name} ${type}${filled || list ? '' : '?'}`,
  );
  const inSchema = models.flatMap((model) =>
    columnsOf(model).map((field) => `${model.table}.${columnOf(field)} ${typeOf(field)}${field.optional ? '?' : ''}`),
  );
  expect(inSchema.length).toBeGreaterThan(200);
  expect(sorted(inSchema)).toEqual(sorted(inDatabase));
});

test('every reference is a relation and every relation a reference, deleted alike', async () => {
  const stored = await rows(`
    SELECT conrelid::regclass::text AS table, confrelid::regclass::text AS target, confdeltype AS deleted,
      (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace`);
  const rules: Record<string, string> = { r: 'Restrict', c: 'Cascade', a: 'NoAction', n: 'SetNull' };
  const tableOf = new Map(models.map((model, index) => [[...modelNames][index], model.table]));
  const inSchema = models.flatMap(({ table, fields }) =>
    fields.flatMap(({ type, attributes }) => {
      const [, keys = ''] = /fields: \[(\w+)\]/.exec(attributes) ?? [];
      const key = fields.find(({ name }) => name === keys);
      const rule = /onDelete: (\w+)/.exec(attributes)?.[1];
      return key ? [`${table}.${columnOf(key)} -> ${tableOf.get(type)} ${rule}`] : [];
    }),
  );
  expect(inSchema.length).toBeGreaterThan(30);
  expect(sorted(inSchema)).toEqual(
    sorted(stored.map(({ table, target, deleted, columns }) => `${table}.${columns} -> ${target} ${rules[deleted!]}`)),
  );
});

test('primary keys and unique constraints are the same', async () => {
  const stored = await rows(`
    SELECT conrelid::regclass::text AS table, contype, (SELECT string_agg(attname, ',' ORDER BY array_position(conkey, attnum))
      FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) AS columns
    FROM pg_constraint WHERE contype IN ('p', 'u') AND connamespace = 'public'::regnamespace AND conrelid::regclass::text <> '_prisma_migrations'`);
  const inSchema = models.flatMap(({ table, fields, block }) => {
    const columns = (names: string) =>
      names
        .split(', ')
        .map((name) => columnOf(fields.find((field) => field.name === name)!))
        .join(',');
    const ofFields = fields.flatMap((field) => [
      ...(/@id\b/.test(field.attributes) ? [`${table} p ${columnOf(field)}`] : []),
      ...(/@unique\b/.test(field.attributes) ? [`${table} u ${columnOf(field)}`] : []),
    ]);
    const ofBlock = [...block.matchAll(/^ {2}@@(id|unique)\(\[([\w, ]+)\]/gm)].map(
      ([, kind, names = '']) => `${table} ${kind === 'id' ? 'p' : 'u'} ${columns(names)}`,
    );
    return [...ofFields, ...ofBlock];
  });
  expect(inSchema.length).toBeGreaterThan(models.length);
  expect(sorted(inSchema)).toEqual(
    sorted(stored.map(({ table, contype, columns }) => `${table} ${contype} ${columns}`)),
  );
});
