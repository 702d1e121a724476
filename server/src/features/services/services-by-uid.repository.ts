import { z } from 'zod';
import { isAmong, moneyList, scopeValue, seenInScope } from '../../database/fragments.ts';
import { monthColumns } from '../../database/months.ts';
import { readRows, type Source } from '../../database/read.ts';
import type { Scope } from '../../lib/caller.ts';

const known = z.object({
  asked: z.string(),
  id: z.int(),
  uid: z.string(),
  service: z.string(),
  version: z.int(),
  serviceType: z.enum(['Shared', 'Dedicated']),
  entityId: z.int().nullable(),
  towerId: z.int().nullable(),
  phasing: z.enum(['EVEN', 'PROFILE']),
  startDate: z.string().nullable(),
  endDate: z.string().nullable(),
  retired: z.boolean(),
  months: z.array(z.string().nullable()).nullable(),
});
export type KnownService = z.infer<typeof known>;

const months = `(SELECT ${moneyList(monthColumns('m'))} FROM plan_lines line WHERE plan_version_id = $2 AND service_id = s.id)`;
const byUid = {
  name: 'services.by_uids',
  text: `
    SELECT asked.uid AS asked, s.id, s.uid, s.service, s.version, s.service_type AS "serviceType", s.entity_id AS "entityId",
      s.tower_id AS "towerId", s.phasing, s.start_date::text AS "startDate", s.end_date::text AS "endDate",
      s.retired_at IS NOT NULL AS retired, ${months} AS months
    FROM unnest($1::text[]) AS asked (uid) JOIN services s ON name_key(s.uid) = name_key(asked.uid)
    WHERE ${seenInScope('s', '$3')}`,
};

/** Services by what people call them, without regard to case and blanks; each with its budget in a plan, where it has one. */
export const findByUids = (
  uids: string[],
  planVersionId: number,
  scope: Scope,
  source?: Source,
): Promise<KnownService[]> => readRows({ ...byUid, values: [uids, planVersionId, scopeValue(scope)] }, known, source);

const withoutZeros = {
  name: 'services.by_numbers',
  text: `SELECT asked.number AS asked, min(s.uid) AS uid FROM unnest($1::text[]) AS asked (number)
    JOIN services s ON s.uid ~ '^0+[0-9]+$' AND ltrim(s.uid, '0') = asked.number
    WHERE ${seenInScope('s', '$2')} GROUP BY asked.number`,
};
/** UIDs that begin with zeros, by what is left when a spreadsheet makes a number of them. */
export const findByNumbers = (numbers: string[], scope: Scope) =>
  readRows({ ...withoutZeros, values: [numbers, scopeValue(scope)] }, z.object({ asked: z.string(), uid: z.string() }));

const now = {
  name: 'services.months_now',
  text: `SELECT s.id, s.version, ${months} AS months
    FROM services s WHERE ${isAmong('s.id', '$1')} AND ${seenInScope('s', '$3')}`,
};
const monthsNow = z.object({ id: z.int(), version: z.int(), months: known.shape.months });

export const findMonthsNow = (ids: number[], planVersionId: number, scope: Scope, source?: Source) =>
  readRows({ ...now, values: [ids, planVersionId, scopeValue(scope)] }, monthsNow, source);

const planned = {
  name: 'services.planned',
  text: `SELECT s.id FROM services s JOIN plan_lines line ON line.service_id = s.id AND line.plan_version_id = $1
    WHERE s.retired_at IS NULL AND ${seenInScope('s', '$2')}`,
};
/** Those that have a budget in a plan. */
export const findPlanned = async (planVersionId: number, scope: Scope) =>
  (await readRows({ ...planned, values: [planVersionId, scopeValue(scope)] }, z.object({ id: z.int() }))).map(
    ({ id }) => id,
  );
