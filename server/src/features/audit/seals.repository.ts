import { z } from 'zod';
import { readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import type { CheckedSeal, Seal } from './seals.rules.ts';

const hex = z.string().regex(/^[0-9a-f]*$/);
const checkedSeal = z.object({
  number: z.int(),
  at: z.number(),
  entryId: z.int(),
  entryHash: hex,
  keyId: z.string(),
  seal: hex,
  hashNow: hex.nullable(),
});

const selected = `SELECT number::int AS number, (extract(epoch FROM s.at) * 1000)::float8 AS at, entry_id::int AS "entryId",
    encode(entry_hash, 'hex') AS "entryHash", key_id AS "keyId", encode(seal, 'hex') AS seal, encode(e.hash, 'hex') AS "hashNow"
  FROM audit_seals s LEFT JOIN audit_entries e ON e.id = s.entry_id`;

export const findSealsAfter = (number: number, limit: number): Promise<CheckedSeal[]> =>
  readRows(
    {
      name: 'audit_seals.after',
      text: `${selected} WHERE number > $1 ORDER BY number LIMIT $2`,
      values: [number, limit],
    },
    checkedSeal,
  );

export async function findLastSeal(): Promise<CheckedSeal | undefined> {
  const [seal] = await readRows(
    { name: 'audit_seals.last', text: `${selected} ORDER BY number DESC LIMIT 1` },
    checkedSeal,
  );
  return seal;
}

export async function findEnd() {
  const text = `SELECT last_id::int AS "entryId", encode(last_hash, 'hex') AS "entryHash" FROM audit_heads`;
  const [end] = await readRows({ name: 'audit_heads.end', text }, z.object({ entryId: z.int(), entryHash: hex }));
  return end;
}

/** False when another process has made the seal of this number. */
export async function insertSeal(
  { number, at, entryId, entryHash, keyId, seal }: Seal,
  db: Transaction,
): Promise<boolean> {
  const inserted = await inside(db).$executeRaw`
    INSERT INTO audit_seals (number, at, entry_id, entry_hash, key_id, seal)
    VALUES (${number}, to_timestamp(${at}::float8 / 1000), ${entryId}, decode(${entryHash}, 'hex'), ${keyId}, decode(${seal}, 'hex'))
    ON CONFLICT (number) DO NOTHING`;
  return inserted === 1;
}

/** Whether the role of this process could change what is written, or give itself the right to. */
export async function mayRewrite(): Promise<boolean> {
  const text = `SELECT bool_or(has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER') OR pg_has_role(relowner, 'MEMBER')) AS may
    FROM pg_class WHERE oid IN ('audit_entries'::regclass, 'audit_heads'::regclass, 'audit_seals'::regclass)`;
  const [row] = await readRows({ name: 'audit_entries.rights', text }, z.object({ may: z.boolean() }));
  return row?.may ?? true;
}
