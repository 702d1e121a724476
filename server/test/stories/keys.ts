import { createEntity, createService, createYear } from '../factories/index.ts';
import { as } from '../harness/as.ts';
import { query } from '../harness/sql.ts';

/** A year after another one, who reads and approves keys, and services that are shared by them. */
export async function keysStory() {
  await createYear('FY25');
  const year = await createYear('FY26', { reportedThrough: 6 });
  const [viewer, approver] = [await as('Viewer'), await as('Approver')];
  const monthsUpTo = (...months: string[]) => [...months, ...Array<null>(12 - months.length).fill(null)];
  const shared = (keys: { budgetKeyId?: number; actualKeyId?: number }, ...months: string[]) =>
    createService({ serviceType: 'Shared', ...keys }, { planId: year.planId, months: monthsUpTo(...months) });
  const entities = async (count: number) => {
    const made = [];
    for (let n = 0; n < count; n++) made.push((await createEntity()).id);
    return made;
  };

  /** What falls on each entity, by the column asked for; null is nobody. */
  async function net(serviceId: number, column = 'b01', yearId = year.id) {
    const rows = await query(
      `SELECT entity_id, ${column}::numeric(20, 2)::text AS share FROM service_entity_years
       WHERE service_id = $1 AND fiscal_year_id = $2 ORDER BY entity_id NULLS LAST`,
      serviceId,
      yearId,
    );
    return rows.map(({ entity_id, share }) => [entity_id, share] as [number | null, string]);
  }
  return { year, viewer, approver, monthsUpTo, shared, entities, net };
}
