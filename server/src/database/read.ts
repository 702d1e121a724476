import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type core, z } from 'zod';
import { config } from '../config.ts';
import { primaryPool, readWithinMs } from './database.ts';
import { connectionOf, isTransaction, type Transaction } from './inside.ts';
import { preparedName } from './prepared.ts';
import { isConnectionLoss, isOverdue } from './problems.ts';
import type { Connection } from './settling.ts';
import { logger } from '../lib/logger.ts';
import { notePart } from '../lib/tracing.ts';
import { queryDuration, slowQueries } from '../lib/metrics.ts';

/** Where rows are read: by default the primary; inside a transaction, that. */
export type Source = pg.Pool | Connection | Transaction;
export type Statement = {
  /** `<table>.<what it does>`: its name in metrics, in the log and as a prepared statement. */
  name: string;
  text: string;
  values?: unknown[];
  /** False for texts with too many variants to keep each one prepared. */
  prepared?: boolean;
  /** For the few that may take longer than a page should. */
  withinMs?: number;
};

/**
 * The one way to the rows of a statement: measured, named, and each row parsed by `schema`.
 * A pool tries again on another connection when one is lost, so what writes is given its transaction.
 */
export async function readRows<Schema extends core.$ZodType>(
  statement: Statement,
  schema: Schema,
  source: Source = primaryPool,
): Promise<core.output<Schema>[]> {
  const started = performance.now();
  try {
    const { rows } = await run(statement, source);
    return rows.map((row) => z.parse(schema, row));
  } finally {
    observe(statement, (performance.now() - started) / 1000);
    notePart(statement.name, started, ofDatabase);
  }
}

/** A statement that answers no rows: named and measured like those that do. */
export async function execute(statement: Statement, tx: Transaction): Promise<void> {
  await readRows(statement, z.unknown(), tx);
}

/** Of statements that answer exactly one row. */
export function only<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('A statement that always answers a row answered none');
  return row;
}

/** A statement, and what its rows are like; amounts as text, for it may be read as JSON. */
export type Question<Schema extends core.$ZodType = core.$ZodType> = { statement: Statement; schema: Schema };
export const question = <Schema extends core.$ZodType>(statement: Statement, schema: Schema): Question<Schema> => ({
  statement,
  schema,
});

/** With its parameters counted from a later one on, for a text that becomes part of another. */
export const shifted = (text: string, by: number) =>
  text.replaceAll(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`);

/** Several questions in one statement: one way to the database and back, and one moment that all answers are of. */
export async function readTogether<Questions extends Record<string, Question>>(
  name: string,
  questions: Questions,
  source: Source = primaryPool,
): Promise<{ [Name in keyof Questions]: core.output<Questions[Name]['schema']>[] }> {
  const values: unknown[] = [];
  const answers = Object.entries(questions).map(([key, { statement }]) => {
    const text = shifted(statement.text, values.length);
    values.push(...(statement.values ?? []));
    return `(SELECT coalesce(json_agg(found), '[]') FROM (${text}) AS found) AS "${key}"`;
  });
  const [row] = await readRows({ name, text: `SELECT ${answers.join(', ')}`, values }, listsOfRows, source);
  const parsed = Object.entries(questions).map(([key, { schema }]) => [
    key,
    row?.[key]?.map((found) => z.parse(schema, found)),
  ]);
  return Object.fromEntries(parsed) as { [Name in keyof Questions]: core.output<Questions[Name]['schema']>[] };
}
/** Made once: a schema is compiled when it is first used, which takes longer than to use it. */
const listsOfRows = z.record(z.string(), z.array(z.unknown()));

const ofDatabase = { 'db.system.name': 'postgresql' };

async function run({ name, text, values = [], prepared = true, withinMs = readWithinMs }: Statement, source: Source) {
  const query = {
    ...(prepared && { name: preparedName(name, text) }),
    ...(source === primaryPool && { query_timeout: withinMs }),
    text,
    values,
  };
  if (isTransaction(source)) return connectionOf(source).query(query);
  try {
    return await source.query(query);
  } catch (error) {
    // A statement that took too long once would take as long again.
    if (!isConnectionLoss(error) || isOverdue(error) || !('totalCount' in source)) throw error;
    return source.query(query);
  }
}

function observe(statement: Statement, seconds: number) {
  const [table = 'raw', operation = 'select'] = statement.name.split('.');
  queryDuration.observe({ operation, table }, seconds);
  if (seconds * 1000 < config.SLOW_QUERY_MS) return;
  slowQueries.inc();
  void planOf(statement.text).then((plan) =>
    logger.warn('Slow query', { query: statement.name, milliseconds: Math.round(seconds * 1000), plan }),
  );
}

const plans = new Map<string, { hash: string; at: number }>();
const planKeptMs = 10 * 60_000;
let isAsking = false;

/** Asked for seldom and one at a time: when everything is slow, questions about it must not add to the load. */
async function planOf(text: string): Promise<string> {
  const known = plans.get(text);
  if (isAsking || (known && performance.now() - known.at < planKeptMs)) return known?.hash ?? 'unknown';
  isAsking = true;
  const hash = await planHash(text).finally(() => (isAsking = false));
  if (plans.size >= 500) plans.clear();
  plans.set(text, { hash, at: performance.now() });
  return hash;
}

const planLine = z.object({ 'QUERY PLAN': z.string() });

/** The shape of the plan, without any value: two slow queries of one hash have one cause. */
async function planHash(text: string): Promise<string> {
  try {
    const { rows } = await primaryPool.query(`EXPLAIN (GENERIC_PLAN, COSTS OFF) ${text}`);
    const plan = z.array(planLine).parse(rows);
    return createHash('sha1').update(JSON.stringify(plan)).digest('hex').slice(0, 12);
  } catch {
    return 'unknown';
  }
}
