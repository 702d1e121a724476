import type { Dashboard } from '@opex/contracts/reports';
import { createThirtyServices } from '../factories/thirty-services.ts';
import { as } from '../harness/as.ts';
import { sql } from '../harness/sql.ts';

export const through = 8;

/** What the facts of a year add up to, by SQL that knows nothing of figures. */
export async function factsOf(table: 'actuals' | 'plan_lines', expression: string, yearId: number): Promise<string> {
  const [row] = await sql<{ sum: string }>(
    table === 'actuals'
      ? `SELECT coalesce(sum(${expression}), 0)::numeric(20, 2)::text AS sum FROM actuals WHERE fiscal_year_id = $1`
      : `SELECT coalesce(sum(${expression}), 0)::numeric(20, 2)::text AS sum FROM plan_lines JOIN plan_versions v ON v.id = plan_version_id WHERE fiscal_year_id = $1`,
    [yearId],
  );
  return row!.sum;
}

/** Thirty services in two years, and a viewer who reads their dashboard. */
export async function dashboardStory() {
  const company = await createThirtyServices({ through });
  const viewer = await as('Viewer');
  const get = (query: object = {}, who = viewer) => who.get('/api/reports/dashboard').query({ fy: 'FY26', ...query });
  const read = async (query: object = {}, who = viewer): Promise<Dashboard> => (await get(query, who).expect(200)).body;
  return { ...company, viewer, get, read };
}
