import pg from 'pg';
import { afterAll } from 'vitest';
import {
  createActual,
  createEntity,
  createKey,
  createOrder,
  createService,
  createUser,
  createVendor,
  createYear,
  everyMonth,
} from '../factories/index.ts';

/** A program that never heard of our code, with a row of everything that rules are about: each by its id. */
export async function rulesStory() {
  const client = new pg.Client({ connectionString: process.env['MIGRATION_DATABASE_URL']! });
  await client.connect();
  afterAll(() => client.end());
  const sql = async (text: string, ...values: unknown[]) => (await client.query(text, values)).rows;
  const refusal = async (text: string, ...values: unknown[]) =>
    sql(text, ...values).then(
      () => 'accepted',
      (error: unknown) => (error as pg.DatabaseError).code,
    );

  const open = await createYear('FY26');
  const locked = await createYear('FY25', { planState: 'LOCKED' });
  const entity = await createEntity('Entity');
  const vendor = await createVendor('Vendor');
  const key = await createKey([[entity.id, '1']]);
  const overrides = { uid: 'SVC-1', entityId: entity.id, vendorId: vendor.id, budgetKeyId: key.id };
  const service = await createService(overrides, { planId: open.planId, months: everyMonth('1.00') });
  const child = await createService({ uid: 'SVC-2', parentId: service.id });
  const grandchild = await createService({ uid: 'SVC-3', parentId: child.id });
  const actual = await createActual({
    ...{ serviceId: service.id, entityId: entity.id, fiscalYearId: open.id },
    months: ['5.00', null, '7.00'],
  });
  const order = await createOrder({ serviceId: service.id, fiscalYearId: open.id, ordered: '100.00' });
  const user = await createUser('Viewer', [entity.id]);
  await sql(
    `INSERT INTO remarks (service_id, author_id, author_name, text) VALUES ($1, $2, 'x', 'x')`,
    service.id,
    user.id,
  );
  await sql(`INSERT INTO audit_entries (actor_name, action, subject_type, subject_label) VALUES ('x', 'x', 'x', 'x')`);
  await sql(
    `INSERT INTO currency_rates (rate_set, currency_id, effective_date, rate) SELECT 'PLAN', id, '2025-04-01', 1 FROM currencies`,
  );
  await sql(`UPDATE periods SET state = 'CLOSED' WHERE number <= 2`);
  await sql(`INSERT INTO plan_versions (fiscal_year_id, name, state) VALUES ($1, 'Settled', 'APPROVED')`, open.id);
  const ids: Record<string, number> = {
    ...{ open: open.id, openPlan: open.planId, locked: locked.id, lockedPlan: locked.planId, user: user.id },
    ...{
      entity: entity.id,
      vendor: vendor.id,
      key: key.id,
      service: service.id,
      child: child.id,
      grandchild: grandchild.id,
    },
    ...{ actual: actual.id, order: order.id },
  };
  return { client, sql, refusal, ids };
}
