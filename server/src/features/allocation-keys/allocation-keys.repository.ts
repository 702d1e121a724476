import { type AllocationKey, allocationKey, type KeyVersionBody } from '@opex/contracts/allocation-keys';
import type { Scope } from '../../lib/caller.ts';
import { readRows } from '../../lib/sql.ts';
import type { Db } from '../../lib/transaction.ts';

/** Percentages are of the live sum of all drivers; a scoped reader sees only his entities' rows of them. */
export const findAll = (scope: Scope, id?: number): Promise<AllocationKey[]> =>
  readRows(
    {
      name: 'allocation_keys.all',
      text: `
        SELECT k.id, k.name, k.driver_type AS "driverType", k.retired_at IS NOT NULL AS retired,
          (SELECT count(*)::int FROM services WHERE k.id IN (budget_key_id, actual_key_id) AND ($1::int[] IS NULL OR EXISTS (
            SELECT FROM service_entity_years n WHERE n.service_id = services.id AND n.entity_id = ANY ($1)))) AS "usedBy",
          coalesce((
            SELECT json_agg(json_build_object('id', v.id, 'validFrom', v.valid_from, 'total', CASE WHEN $1::int[] IS NULL THEN trim_scale(d.total)::text END, 'drivers', coalesce(d.drivers, '[]')) ORDER BY v.valid_from DESC)
            FROM allocation_key_versions v
            CROSS JOIN LATERAL (
              SELECT coalesce(sum(value), 0) AS total,
                json_agg(json_build_object('entityId', entity_id, 'entity', e.name, 'value', trim_scale(value)::text,
                  'percent', CASE WHEN $1::int[] IS NOT NULL THEN NULL WHEN sum_of.total > 0 THEN round(value * 100 / sum_of.total, 4)::text ELSE '0' END) ORDER BY e.name)
                  FILTER (WHERE $1::int[] IS NULL OR entity_id = ANY ($1)) AS drivers
              FROM allocation_drivers JOIN entities e ON e.id = entity_id
              CROSS JOIN (SELECT sum(value) AS total FROM allocation_drivers WHERE allocation_key_version_id = v.id) sum_of
              WHERE allocation_key_version_id = v.id
            ) d WHERE v.allocation_key_id = k.id
          ), '[]') AS versions
        FROM allocation_keys k WHERE $2::int IS NULL OR k.id = $2 ORDER BY name_key(k.name)`,
      values: [scope === 'all' ? null : [...scope], id ?? null],
    },
    allocationKey,
  );

export const insertKey = (data: { name: string; driverType: string }, db: Db) =>
  db.allocationKey.create({ data, select: { id: true } });

export const findName = (id: number, db: Db) => db.allocationKey.findUnique({ where: { id }, select: { name: true } });

export const insertVersion = (allocationKeyId: number, { validFrom, drivers }: KeyVersionBody, db: Db) =>
  db.allocationKeyVersion.create({
    data: { allocationKeyId, validFrom: new Date(validFrom), allocationDrivers: { createMany: { data: drivers } } },
    select: { id: true },
  });
