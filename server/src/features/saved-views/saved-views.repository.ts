import {
  type CreateSavedViewBody,
  type SavedView,
  savedView,
  type UpdateSavedViewBody,
} from '@opex/contracts/saved-views';
import { z } from 'zod';
import { execute, only, readRows, type Source } from '../../database/read.ts';
import type { Transaction } from '../../database/transaction.ts';

/** $1 is who asks: of others only what they share is there. */
const seen = `
  SELECT v.id, v.name, v.address, v.is_shared AS "isShared", v.owner_id = $1 AS "isOwn", owner.name AS owner,
    preferred.view_id IS NOT NULL AS "isDefault", v.version
  FROM saved_views v JOIN users owner ON owner.id = v.owner_id
  LEFT JOIN preferred_views preferred ON preferred.view_id = v.id AND preferred.user_id = $1
  WHERE (v.owner_id = $1 OR v.is_shared)`;

const ofPage = {
  name: 'saved_views.of_page',
  text: `${seen} AND v.page = $2 ORDER BY v.owner_id <> $1, lower(v.name), v.id`,
};
export const findOfPage = (userId: number, page: string): Promise<SavedView[]> =>
  readRows({ ...ofPage, values: [userId, page] }, savedView);

const one = { name: 'saved_views.one', text: `${seen} AND v.id = $2` };
export const find = async (userId: number, id: number, source: Source): Promise<SavedView | undefined> =>
  (await readRows({ ...one, values: [userId, id] }, savedView, source))[0];

const locked = { name: 'saved_views.lock', text: `${one.text} FOR UPDATE OF v` };
export const lock = async (userId: number, id: number, tx: Transaction): Promise<SavedView | undefined> =>
  (await readRows({ ...locked, values: [userId, id] }, savedView, tx))[0];

const turn = { name: 'saved_views.turn', text: 'SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE' };
const counting = {
  name: 'saved_views.count',
  text: 'SELECT count(*)::int AS count FROM saved_views WHERE owner_id = $1',
};
/** Of several that a person adds at once, each counts those before. */
export async function count(userId: number, tx: Transaction) {
  await execute({ ...turn, values: [userId] }, tx);
  return only(await readRows({ ...counting, values: [userId] }, z.object({ count: z.int() }), tx)).count;
}

const inserting = {
  name: 'saved_views.insert',
  text: 'INSERT INTO saved_views (owner_id, page, name, address, is_shared) VALUES ($1, $2, $3, $4, $5) RETURNING id',
};
export const insert = async (
  userId: number,
  { page, name, address, isShared }: CreateSavedViewBody,
  tx: Transaction,
): Promise<number> =>
  only(await readRows({ ...inserting, values: [userId, page, name, address, isShared] }, z.object({ id: z.int() }), tx))
    .id;

const updating = {
  name: 'saved_views.update',
  text: `
    WITH kept_by_others AS (
      DELETE FROM preferred_views WHERE view_id = $1 AND NOT coalesce($4, true)
        AND user_id <> (SELECT owner_id FROM saved_views WHERE id = $1)
    )
    UPDATE saved_views SET name = coalesce($2, name), address = coalesce($3, address), is_shared = coalesce($4, is_shared),
      version = version + 1
    WHERE id = $1`,
};
/** What is shared no longer is nobody else's default either. */
export const update = (id: number, { name, address, isShared }: UpdateSavedViewBody, tx: Transaction) =>
  execute({ ...updating, values: [id, name, address, isShared] }, tx);

const removing = { name: 'saved_views.remove', text: 'DELETE FROM saved_views WHERE id = $1' };
export const remove = (id: number, tx: Transaction) => execute({ ...removing, values: [id] }, tx);

const preferring = {
  name: 'saved_views.prefer',
  text: `
    INSERT INTO preferred_views (user_id, page, view_id) SELECT $1, page, id FROM saved_views WHERE id = $2
    ON CONFLICT (user_id, page) DO UPDATE SET view_id = excluded.view_id`,
};
export const prefer = (userId: number, id: number, tx: Transaction) =>
  execute({ ...preferring, values: [userId, id] }, tx);

const forgetting = {
  name: 'saved_views.forget',
  text: 'DELETE FROM preferred_views WHERE user_id = $1 AND view_id = $2',
};
export const forget = (userId: number, id: number, tx: Transaction) =>
  execute({ ...forgetting, values: [userId, id] }, tx);
