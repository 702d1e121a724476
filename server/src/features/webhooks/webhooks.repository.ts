import { type Delivery, delivery, type UpdateWebhookBody, type Webhook, webhook } from '@opex/contracts/webhooks';
import { z } from 'zod';
import { execute, only, readRows, type Source } from '../../database/read.ts';
import { inTransaction, type Transaction } from '../../database/transaction.ts';

const time = (column: string, as: string) => `to_json(${column})#>>'{}' AS "${as}"`;
const select = `
  SELECT webhooks.id, webhooks.name, url, events, is_on AS "isOn", ${time('failing_since', 'failingSince')},
    off_because AS "offBecause", ${time('last_arrived_at', 'lastArrivedAt')}, ${time('webhooks.created_at', 'createdAt')},
    users.name AS creator, webhooks.version
  FROM webhooks LEFT JOIN users ON users.id = created_by`;

const finding = {
  all: { name: 'webhooks.all', text: `${select} ORDER BY lower(webhooks.name), webhooks.id` },
  one: { name: 'webhooks.one', text: `${select} WHERE webhooks.id = $1` },
  locked: { name: 'webhooks.lock', text: `${select} WHERE webhooks.id = $1 FOR UPDATE OF webhooks` },
};

export const findAll = (): Promise<Webhook[]> => readRows(finding.all, webhook);

const one = async (statement: typeof finding.one, id: number, source?: Source): Promise<Webhook | undefined> =>
  (await readRows({ ...statement, values: [id] }, webhook, source))[0];
export const find = (id: number, tx?: Transaction) => one(finding.one, id, tx);
export const lock = (id: number, tx: Transaction) => one(finding.locked, id, tx);

const turn = { name: 'webhooks.turn', text: `SELECT pg_advisory_xact_lock(hashtext('webhooks'))` };
const counting = { name: 'webhooks.count', text: 'SELECT count(*)::int AS count FROM webhooks' };
/** Of several who add one at once, each counts what those before have added. */
export async function count(tx: Transaction) {
  await execute(turn, tx);
  return only(await readRows(counting, z.object({ count: z.int() }), tx)).count;
}

const inserting = {
  name: 'webhooks.insert',
  text: 'INSERT INTO webhooks (name, url, events, secret, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING id',
};
type NewWebhook = { name: string; url: string; events: string[]; secret: string; createdBy: number };
export const insert = async ({ name, url, events, secret, createdBy }: NewWebhook, tx: Transaction) =>
  only(await readRows({ ...inserting, values: [name, url, events, secret, createdBy] }, z.object({ id: z.int() }), tx))
    .id;

const updating = {
  name: 'webhooks.update',
  text: `
    UPDATE webhooks SET name = coalesce($2, name), url = coalesce($3, url), events = coalesce($4::text[], events),
      is_on = coalesce($5, is_on), off_because = CASE WHEN $5 THEN NULL ELSE off_because END,
      failures = CASE WHEN $5 THEN 0 ELSE failures END, failing_since = CASE WHEN $5 THEN NULL ELSE failing_since END,
      version = version + 1
    WHERE id = $1`,
};
/** Switched on, it begins anew: earlier failures are not held against it. */
export const update = (id: number, { name, url, events, isOn }: UpdateWebhookBody, tx: Transaction) =>
  execute({ ...updating, values: [id, name, url, events, isOn] }, tx);

const removing = { name: 'webhooks.remove', text: 'DELETE FROM webhooks WHERE id = $1' };
export const remove = (id: number, tx: Transaction) => execute({ ...removing, values: [id] }, tx);

const target = z.object({ url: z.string(), secret: z.string(), isOn: z.boolean() });
export type Target = z.infer<typeof target>;
const findingTarget = {
  name: 'webhooks.target',
  text: 'SELECT url, secret, is_on AS "isOn" FROM webhooks WHERE id = $1',
};
export const findTarget = async (id: number): Promise<Target | undefined> =>
  (await readRows({ ...findingTarget, values: [id] }, target))[0];

const noting = {
  name: 'webhooks.arrived',
  text: 'UPDATE webhooks SET last_arrived_at = clock_timestamp(), failures = 0, failing_since = NULL WHERE id = $1',
};
export const noteArrival = (id: number) => inTransaction([], (tx) => execute({ ...noting, values: [id] }, tx));

const failing = {
  name: 'webhooks.failed',
  text: `
    UPDATE webhooks SET failures = failures + 1, failing_since = coalesce(failing_since, clock_timestamp())
    WHERE id = $1 RETURNING name, is_on AS "isOn", failures, ${time('failing_since', 'failingSince')}`,
};
const failed = z.object({ name: z.string(), isOn: z.boolean(), failures: z.int(), failingSince: z.string() });
/** Undefined when it was removed meanwhile. */
export const countFailure = async (id: number, tx: Transaction): Promise<z.infer<typeof failed> | undefined> =>
  (await readRows({ ...failing, values: [id] }, failed, tx))[0];

const postponing = {
  name: 'jobs.postpone_of_webhook',
  text: `
    UPDATE jobs SET due_at = greatest(due_at, clock_timestamp() + $2::int * interval '1 millisecond')
    WHERE kind = 'webhook' AND (payload->>'webhookId')::int = $1 AND state = 'waiting'`,
};
export const postpone = (id: number, pauseMs: number, tx: Transaction) =>
  execute({ ...postponing, values: [id, pauseMs] }, tx);

const switchingOff = {
  name: 'webhooks.switch_off',
  text: 'UPDATE webhooks SET is_on = false, off_because = $2, version = version + 1 WHERE id = $1',
};
export const switchOff = (id: number, why: string, tx: Transaction) =>
  execute({ ...switchingOff, values: [id, why] }, tx);

const delivering = {
  name: 'jobs.of_webhook',
  text: `
    SELECT id, state, jsonb_array_length(payload->'entryIds') AS events, tries, error, ${time('created_at', 'createdAt')},
      ${time('due_at', 'dueAt')}, ${time('finished_at', 'finishedAt')}
    FROM jobs WHERE kind = 'webhook' AND (payload->>'webhookId')::int = $1 ORDER BY id DESC LIMIT 50`,
};
export const findDeliveries = (id: number): Promise<Delivery[]> => readRows({ ...delivering, values: [id] }, delivery);
