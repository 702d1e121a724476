import { type AllocationKey, allocationKey, type KeyVersionBody } from '@opex/contracts/allocation-keys';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { inScope, scopeValue, seenInScope } from '../../database/fragments.ts';
import { readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import type { Version } from './allocation-keys.rules.ts';

/** Percentages are of the live sum of all drivers; a scoped reader sees only the rows of the own entities. */
export const findAll = (scope: Scope, id?: number): Promise<AllocationKey[]> =>
  readRows(
    {
      name: 'allocation_keys.all',
      text: `
        SELECT k.id, k.version, k.name, k.driver_type AS "driverType", k.retired_at IS NOT NULL AS retired,
          (SELECT count(*)::int FROM services WHERE k.id IN (budget_key_id, actual_key_id) AND ${seenInScope('services', '$1')}) AS "usedBy",
          coalesce((
            SELECT json_agg(json_build_object('id', v.id, 'validFrom', v.valid_from, 'total', CASE WHEN $1::int[] IS NULL THEN trim_scale(d.total)::text END, 'drivers', coalesce(d.drivers, '[]')) ORDER BY v.valid_from DESC)
            FROM allocation_key_versions v
            CROSS JOIN LATERAL (
              SELECT coalesce(sum(value), 0) AS total,
                json_agg(json_build_object('entityId', entity_id, 'entity', e.name, 'value', trim_scale(value)::text,
                  'percent', CASE WHEN $1::int[] IS NOT NULL THEN NULL WHEN sum_of.total > 0 THEN round(value * 100 / sum_of.total, 4)::text ELSE '0' END) ORDER BY e.name)
                  FILTER (WHERE ${inScope('entity_id', '$1')}) AS drivers
              FROM allocation_drivers JOIN entities e ON e.id = entity_id
              CROSS JOIN (SELECT sum(value) AS total FROM allocation_drivers WHERE allocation_key_version_id = v.id) sum_of
              WHERE allocation_key_version_id = v.id
            ) d WHERE v.allocation_key_id = k.id
          ), '[]') AS versions
        FROM allocation_keys k WHERE $2::int IS NULL OR k.id = $2 ORDER BY name_key(k.name)`,
      values: [scopeValue(scope), id ?? null],
    },
    allocationKey,
  );

export const insertKey = (data: { name: string; driverType: string }, db: Transaction) =>
  inside(db).allocationKey.create({ data, select: { id: true } });

const storedKey = z.object({ name: z.string(), version: z.int() });

/** Locked until the transaction ends: one writer of a key at a time. */
export async function lockKey(id: number, tx: Transaction) {
  const text = 'SELECT name, version FROM allocation_keys WHERE id = $1 FOR NO KEY UPDATE';
  return (await readRows({ name: 'allocation_keys.lock', text, values: [id] }, storedKey, tx))[0];
}

export const raiseVersion = (id: number, tx: Transaction) =>
  inside(tx).allocationKey.update({ where: { id }, data: { version: { increment: 1 } } });

const storedVersion = z.object({
  id: z.int(),
  validFrom: z.string(),
  drivers: z.array(z.object({ entityId: z.int(), value: z.string() })),
});
export const findVersions = (keyId: number, tx: Transaction): Promise<Version[]> =>
  readRows(
    {
      name: 'allocation_key_versions.of_key',
      text: `
        SELECT v.id, v.valid_from::text AS "validFrom", coalesce((
          SELECT json_agg(json_build_object('entityId', entity_id, 'value', trim_scale(value)::text) ORDER BY entity_id)
          FROM allocation_drivers WHERE allocation_key_version_id = v.id), '[]') AS drivers
        FROM allocation_key_versions v WHERE allocation_key_id = $1 ORDER BY valid_from`,
      values: [keyId],
    },
    storedVersion,
    tx,
  );

/** Until the commit no writer changes an amount whose shares this change describes. */
export const lockServices = (keyId: number, tx: Transaction) =>
  inside(tx).$executeRaw`
    SELECT FROM services
    WHERE id IN (SELECT service_id FROM service_assignments WHERE ${keyId} IN (budget_key_id, actual_key_id))
    ORDER BY id FOR NO KEY UPDATE`;

export async function findEntityNames(tx: Transaction): Promise<Map<number, string>> {
  const entities = await inside(tx).entity.findMany({ select: { id: true, name: true } });
  return new Map(entities.map(({ id, name }) => [id, name]));
}

export const insertVersion = (allocationKeyId: number, { validFrom, drivers }: KeyVersionBody, db: Transaction) =>
  inside(db).allocationKeyVersion.create({
    data: { allocationKeyId, validFrom: new Date(validFrom), allocationDrivers: { createMany: { data: drivers } } },
    select: { id: true },
  });

export async function updateVersion(id: number, { validFrom, drivers }: KeyVersionBody, tx: Transaction) {
  await inside(tx).allocationDriver.deleteMany({ where: { allocationKeyVersionId: id } });
  await inside(tx).allocationKeyVersion.update({
    where: { id },
    data: { validFrom: new Date(validFrom), allocationDrivers: { createMany: { data: drivers } } },
  });
}

export async function removeVersion(id: number, tx: Transaction) {
  await inside(tx).allocationDriver.deleteMany({ where: { allocationKeyVersionId: id } });
  await inside(tx).allocationKeyVersion.delete({ where: { id } });
}

/** By services, now or in an earlier month. */
export const isUsed = async (id: number, tx: Transaction): Promise<boolean> =>
  (await inside(tx).serviceAssignment.count({ where: { OR: [{ budgetKeyId: id }, { actualKeyId: id }] } })) > 0;

export const removeKey = (id: number, tx: Transaction) => inside(tx).allocationKey.delete({ where: { id } });
