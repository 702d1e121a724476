import { editablePlanStates } from '@opex/contracts/fiscal-years';
import { figuresShape } from '@opex/contracts/fields/service';
import {
  remark,
  type Remark,
  service as serviceContract,
  type ServiceEntities,
  serviceEntities,
} from '@opex/contracts/services';
import { z } from 'zod';
import type { Scope } from '../../lib/caller.ts';
import { database } from '../../database/database.ts';
import { inScope, money, moneyList, scopeValue, seenInScope, seenInYear } from '../../database/fragments.ts';
import { readRows, type Source } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import { monthColumns } from '../../database/months.ts';

const found = z.object({
  id: z.int(),
  uid: z.string(),
  version: z.int(),
  serviceType: serviceContract.shape.serviceType,
  entityId: z.int().nullable(),
});

/** A service that is the scope's now, and whose it is. */
export async function findOne(id: number, scope: Scope, source?: Source) {
  const [service] = await readRows(
    {
      name: 'services.one',
      text: `SELECT id, uid, version, service_type AS "serviceType", entity_id AS "entityId" FROM services s
        WHERE id = $1 AND ${seenInScope('s', '$2')}`,
      values: [id, scopeValue(scope)],
    },
    found,
    source,
  );
  return service;
}

export async function isThereIn(id: number, yearId: number, scope: Scope): Promise<boolean> {
  const text = `SELECT id FROM services s WHERE id = $1 AND ${seenInYear('s', '$2', '$3')}`;
  const statement = { name: 'services.in_year', text, values: [id, yearId, scopeValue(scope)] };
  return (await readRows(statement, z.object({ id: z.int() }))).length > 0;
}

const { budget, actual, committed, variance } = figuresShape;
const yearFigures = z.object({ fy: z.string(), budget, actual, committed, variance, available: budget });

export const findYears = (serviceId: number, scope: Scope, source?: Source) =>
  readRows(
    {
      name: 'service_years.of_service',
      text: `
        SELECT year.label AS fy, ${money('coalesce(f.budget, 0)')} AS budget, ${money('coalesce(f.actual, 0)')} AS actual,
          ${money('coalesce(f.committed, 0)')} AS committed, ${money('coalesce(f.budget - f.actual, 0)')} AS variance,
          ${money('coalesce(f.budget - f.actual - f.committed, 0)')} AS available
        FROM fiscal_years year
        LEFT JOIN LATERAL (
          SELECT sum(budget) AS budget, sum(actual) AS actual, sum(committed) AS committed FROM service_entity_years
          WHERE service_id = $1 AND fiscal_year_id = year.id AND ${inScope('entity_id', '$2')}
        ) f ON true
        ORDER BY year.start_date DESC`,
      values: [serviceId, scopeValue(scope)],
    },
    yearFigures,
    source,
  );

export const findChildren = (serviceId: number, scope: Scope, source?: Source) =>
  readRows(
    {
      name: 'services.children',
      text: `SELECT id, uid, service FROM services s WHERE parent_id = $1 AND ${seenInScope('s', '$2')} ORDER BY uid`,
      values: [serviceId, scopeValue(scope)],
    },
    serviceContract.shape.children.def.element,
    source,
  );

export const findEntities = (serviceId: number, yearId: number, scope: Scope): Promise<ServiceEntities['data']> =>
  readRows(
    {
      name: 'service_entity_years.of_service',
      text: `
        SELECT n.entity_id AS "entityId", coalesce(e.name, 'Unallocated') AS entity, ${money('n.budget')} AS budget, ${money('n.actual')} AS actual,
          ${money('n.committed')} AS committed, ${money('n.ytd_variance')} AS "ytdVariance"
        FROM service_entity_years n LEFT JOIN entities e ON e.id = n.entity_id
        WHERE n.service_id = $1 AND n.fiscal_year_id = $2 AND ${inScope('n.entity_id', '$3')} ORDER BY e.name NULLS LAST`,
      values: [serviceId, yearId, scopeValue(scope)],
    },
    serviceEntities.shape.data.def.element,
  );

export async function findRemarks(
  serviceId: number,
  { page, limit }: { page: number; limit: number },
): Promise<{ rows: Remark[]; total: number }> {
  const [rows, total] = await Promise.all([
    database.remark.findMany({ where: { serviceId }, orderBy: { id: 'desc' }, skip: (page - 1) * limit, take: limit }),
    database.remark.count({ where: { serviceId } }),
  ]);
  return {
    rows: rows.map(({ id, at, authorName, text }) => ({ id, at: at.toISOString(), author: authorName, text })),
    total,
  };
}

export async function insertRemark(
  entry: { serviceId: number; authorId: number; authorName: string; text: string },
  db: Transaction,
): Promise<Remark> {
  const { id, at, authorName, text } = await inside(db).remark.create({ data: entry });
  await inside(db).service.update({ where: { id: entry.serviceId }, data: { lastRemark: text } });
  return remark.parse({ id, at: at.toISOString(), author: authorName, text });
}

const yearToCome = z.object({
  fy: z.string(),
  planId: z.int(),
  before: z.array(z.string().nullable()),
  /** Open months that have not begun, by their numbers. */
  toCome: z.array(z.int()),
});

/** Of every year whose current plan may still be changed, and has months to come. */
export const lockMonthsToCome = (id: number, tx: Transaction) =>
  readRows(
    {
      name: 'plan_lines.lock_to_come',
      text: `
        SELECT y.label AS fy, v.id AS "planId", ${moneyList(monthColumns('m').map((month) => `line.${month}`))} AS before, to_come.numbers AS "toCome"
        FROM plan_lines line
        JOIN plan_versions v ON v.id = line.plan_version_id AND v.is_current AND v.state = ANY ($2)
        JOIN fiscal_years y ON y.id = v.fiscal_year_id
        JOIN LATERAL (
          SELECT array_agg(number::int) AS numbers FROM periods
          WHERE fiscal_year_id = y.id AND state = 'OPEN' AND start_date > current_date
        ) to_come ON to_come.numbers IS NOT NULL
        WHERE line.service_id = $1 ORDER BY y.start_date FOR UPDATE OF line`,
      values: [id, editablePlanStates],
    },
    yearToCome,
    tx,
  );

/** The service is locked. */
export const setRetired = (id: number, retired: boolean, tx: Transaction) =>
  inside(tx).service.update({
    where: { id },
    data: { retiredAt: retired ? new Date() : null, version: { increment: 1 } },
    select: { id: true },
  });
