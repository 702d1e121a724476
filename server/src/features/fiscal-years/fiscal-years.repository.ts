import { type FiscalYear, fiscalYear, period } from '@opex/contracts/fiscal-years';
import { z } from 'zod';
import { question, readRows } from '../../database/read.ts';
import { inside, type Transaction } from '../../database/inside.ts';
import type { Calendar } from './fiscal-years.rules.ts';

export const findAll = (): Promise<FiscalYear[]> =>
  readRows(
    {
      name: 'fiscal_years.all',
      text: `
        SELECT y.id, y.label, y.start_date::text AS "startDate", y.end_date::text AS "endDate", y.reported_through AS "reportedThrough",
          y.id = coalesce(
            (SELECT id FROM fiscal_years WHERE current_date BETWEEN start_date AND end_date),
            (SELECT id FROM fiscal_years ORDER BY end_date DESC LIMIT 1)) AS current,
          (SELECT json_build_object('id', id, 'name', name, 'state', state) FROM plan_versions WHERE fiscal_year_id = y.id AND is_current) AS plan,
          (SELECT coalesce(json_agg(json_build_object('number', number, 'label', to_char(start_date, 'Mon YYYY'), 'startDate', start_date,
            'endDate', end_date, 'state', state, 'stateSince', state_since) ORDER BY number), '[]') FROM periods WHERE fiscal_year_id = y.id) AS periods
        FROM fiscal_years y ORDER BY y.start_date DESC`,
    },
    fiscalYear,
  );

const datedPeriod = z.object({ ...period.shape, fy: z.string() });
export type DatedPeriod = z.infer<typeof datedPeriod>;

export const periodsAsked = (yearId?: number) =>
  question(
    {
      name: 'periods.now',
      text: `
        SELECT y.label AS fy, p.number, to_char(p.start_date, 'Mon YYYY') AS label, p.start_date::text AS "startDate",
          p.end_date::text AS "endDate", p.state, to_json(p.state_since) #>> '{}' AS "stateSince"
        FROM periods p JOIN fiscal_years y ON y.id = p.fiscal_year_id
        WHERE (SELECT $1::int) IS NULL OR y.id = (SELECT $1::int) ORDER BY p.start_date`,
      values: [yearId ?? null],
    },
    datedPeriod,
  );

/** Read where the writer writes, and not from memory; of one year, or of all. */
export function findPeriods(tx: Transaction, yearId?: number): Promise<DatedPeriod[]> {
  const { statement, schema } = periodsAsked(yearId);
  return readRows(statement, schema, tx);
}

/** A month counts as reported once it is over; answers the years that moved. */
export const advanceReported = (tx: Transaction) =>
  readRows(
    {
      name: 'fiscal_years.advance_reported',
      text: `UPDATE fiscal_years y SET reported_through = done.periods
    FROM (SELECT fiscal_year_id, count(*) FILTER (WHERE end_date < current_date)::smallint AS periods FROM periods GROUP BY fiscal_year_id) AS done
    WHERE done.fiscal_year_id = y.id AND y.reported_through <> done.periods
    RETURNING y.id, y.label, y.reported_through AS through`,
    },
    z.object({ id: z.int(), label: z.string(), through: z.int() }),
    tx,
  );

export async function reportedIsBehind(): Promise<boolean> {
  const rows = await readRows(
    {
      name: 'fiscal_years.behind',
      text: `SELECT y.id FROM fiscal_years y JOIN periods p ON p.fiscal_year_id = y.id
        GROUP BY y.id HAVING y.reported_through <> count(*) FILTER (WHERE p.end_date < current_date)`,
    },
    z.object({ id: z.int() }),
  );
  return rows.length > 0;
}

/** With its periods and a first plan in draft. */
export async function insertYear({ label, startDate, endDate, periods }: Calendar, tx: Transaction): Promise<number> {
  const { id } = await inside(tx).fiscalYear.create({
    data: { label, startDate: new Date(startDate), endDate: new Date(endDate) },
    select: { id: true },
  });
  await inside(tx).planVersion.create({ data: { fiscalYearId: id, name: 'Original', isCurrent: true } });
  await inside(tx).period.createMany({
    data: periods.map((period) => ({
      fiscalYearId: id,
      number: period.number,
      startDate: new Date(period.startDate),
      endDate: new Date(period.endDate),
    })),
  });
  return id;
}
