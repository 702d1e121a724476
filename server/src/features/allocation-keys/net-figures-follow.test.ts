import { describe, expect, test } from 'vitest';
import {
  createActual,
  createKey,
  createOrder,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
} from '../../../test/factories/index.ts';
import { as } from '../../../test/harness/as.ts';
import { brokenInvariants } from '../../../test/harness/invariants.ts';
import { query as sql } from '../../../test/harness/sql.ts';
import { keysStory } from '../../../test/stories/keys.ts';

const { year, shared, entities, net } = await keysStory();

describe('net figures follow every fact, whoever writes it', () => {
  const follow = async (change: string, ...values: unknown[]) => {
    await sql(change, ...values);
    expect(await brokenInvariants(), change).toEqual([]);
  };

  test('drivers, versions and keys', async () => {
    const [a, b, c] = (await entities(3)) as [number, number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const other = await createKey([[c, '1']]);
    const service = await shared({ budgetKeyId: key.id }, '100.00', '0.01');
    await createActual({ serviceId: service.id, entityId: a, fiscalYearId: year.id, months: ['7.00'] });
    const [{ id: versionId }] = await sql(
      'SELECT id FROM allocation_key_versions WHERE allocation_key_id = $1',
      key.id,
    );

    await follow(
      'UPDATE allocation_drivers SET value = 3 WHERE allocation_key_version_id = $1 AND entity_id = $2',
      versionId,
      b,
    );
    expect(await net(service.id)).toEqual([
      [a, '25.00'],
      [b, '75.00'],
    ]);
    await follow('INSERT INTO allocation_drivers VALUES ($1, $2, 4)', versionId, c);
    expect(await net(service.id)).toEqual([
      [a, '12.50'],
      [b, '37.50'],
      [c, '50.00'],
    ]);
    await follow(
      'DELETE FROM allocation_drivers WHERE allocation_key_version_id = $1 AND entity_id = $2',
      versionId,
      a,
    );
    expect(await net(service.id)).toEqual([
      [b, '42.86'],
      [c, '57.14'],
    ]);
    await follow(
      'UPDATE allocation_drivers SET entity_id = $2 WHERE allocation_key_version_id = $1 AND entity_id = $3',
      versionId,
      a,
      b,
    );
    expect(await net(service.id)).toEqual([
      [a, '42.86'],
      [c, '57.14'],
    ]);
    const [spare] = await sql(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2040-04-01') RETURNING id`,
      other.id,
    );
    const move =
      'UPDATE allocation_drivers SET allocation_key_version_id = $2 WHERE allocation_key_version_id = $1 AND entity_id = $3';
    await follow(move, versionId, spare.id, a);
    expect(await net(service.id)).toEqual([[c, '100.00']]);
    await follow(move, spare.id, versionId, a);
    await follow('UPDATE services SET budget_key_id = $2 WHERE id = $1', service.id, other.id);
    expect(await net(service.id)).toEqual([[c, '100.00']]);
    await follow('UPDATE services SET actual_key_id = $2 WHERE id = $1', service.id, key.id);
    expect(await net(service.id, 'actual')).toEqual([
      [a, '3.00'],
      [c, '4.00'],
    ]);
    await follow('UPDATE services SET budget_key_id = NULL, actual_key_id = NULL WHERE id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([[null, '100.01']]);
  });

  test('a version without drivers, its date, and its end', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([[a, '1']]);
    const service = await shared({ budgetKeyId: key.id }, '10.00', '20.00', '40.00');
    await follow(
      `INSERT INTO allocation_key_versions (allocation_key_id, valid_from) VALUES ($1, '2025-05-01')`,
      key.id,
    );
    expect(await net(service.id, 'budget')).toEqual([
      [a, '10.00'],
      [null, '60.00'],
    ]);
    const [{ id }] = await sql('SELECT max(id) AS id FROM allocation_key_versions');
    await follow('INSERT INTO allocation_drivers VALUES ($1, $2, 1)', id, b);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '10.00'],
      [b, '60.00'],
    ]);
    await follow(`UPDATE allocation_key_versions SET valid_from = '2025-06-01' WHERE id = $1`, id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '30.00'],
      [b, '40.00'],
    ]);
    await follow('DELETE FROM allocation_drivers WHERE allocation_key_version_id = $1', id);
    await follow('DELETE FROM allocation_key_versions WHERE id = $1', id);
    expect(await net(service.id, 'budget')).toEqual([[a, '70.00']]);
  });

  test('type, entity, tower and vendor of a service', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const [tower, vendor] = [await createTower(), await createVendor()];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await createService({ entityId: a }, { planId: year.planId, months: everyMonth('1.00') });
    await createActual({ serviceId: service.id, entityId: a, fiscalYearId: year.id, months: everyMonth('1.01') });
    await follow('UPDATE services SET entity_id = $2 WHERE id = $1', service.id, b);
    expect(await net(service.id, 'budget')).toEqual([[b, '12.00']]);
    await follow('UPDATE services SET tower_id = $2, vendor_id = $3 WHERE id = $1', service.id, tower.id, vendor.id);
    const [rolledUp] = await sql('SELECT sum(b01)::text AS b01 FROM tower_entity_years WHERE tower_id = $1', tower.id);
    expect(Number(rolledUp.b01)).toBe(1);
    await follow(
      `UPDATE services SET service_type = 'Shared', entity_id = NULL, budget_key_id = $2 WHERE id = $1`,
      service.id,
      key.id,
    );
    expect(await net(service.id, 'budget')).toEqual([
      [a, '6.00'],
      [b, '6.00'],
    ]);
    await follow(`UPDATE services SET service_type = 'Dedicated' WHERE id = $1`, service.id);
    expect(await net(service.id, 'budget')).toEqual([[null, '12.00']]);
    await follow('UPDATE services SET tower_id = NULL, vendor_id = NULL WHERE id = $1', service.id);
    const vendors = await sql('SELECT budget::int AS budget FROM vendor_years WHERE vendor_id = $1', vendor.id);
    expect(vendors.every(({ budget }) => budget === 0)).toBe(true);
  });

  test('plans, actuals, orders and the calendar', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '2'],
      [b, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '9.00');
    await follow('UPDATE plan_lines SET m01 = NULL, m12 = 0.10 WHERE service_id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '0.07'],
      [b, '0.03'],
    ]);
    await follow('DELETE FROM plan_lines WHERE service_id = $1', service.id);
    expect(await net(service.id, 'budget')).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]); // both still see the service
    await follow(
      `INSERT INTO actuals (service_id, entity_id, fiscal_year_id, source, m07) VALUES ($1, $2, $3, 'INVOICE', 3), ($1, $2, $3, 'ACCRUAL', -1)`,
      service.id,
      a,
      year.id,
    );
    expect([await net(service.id, 'a07'), await net(service.id, 'ytd_actual')]).toEqual([
      [
        [a, '1.33'],
        [b, '0.67'],
      ],
      [
        [a, '0.00'],
        [b, '0.00'],
      ],
    ]);
    await follow('UPDATE fiscal_years SET reported_through = 7 WHERE id = $1', year.id);
    expect(await net(service.id, 'ytd_actual')).toEqual([
      [a, '1.33'],
      [b, '0.67'],
    ]);
    await follow('UPDATE fiscal_years SET reported_through = 6 WHERE id = $1', year.id);
    await follow('DELETE FROM actuals WHERE service_id = $1', service.id);

    const order = await createOrder({ serviceId: service.id, fiscalYearId: year.id, ordered: '30.00' });
    expect(await net(service.id, 'committed')).toEqual([
      [a, '20.00'],
      [b, '10.00'],
    ]);
    await follow('UPDATE purchase_splits SET cancelled = 3, invoiced = 24 WHERE purchase_line_id = $1', order.id);
    expect(await net(service.id, 'committed')).toEqual([
      [a, '2.00'],
      [b, '1.00'],
    ]);
    await follow('UPDATE purchase_splits SET invoiced = 40 WHERE purchase_line_id = $1', order.id); // over-invoiced: nothing open
    expect(await net(service.id, 'committed')).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]);
    await follow('DELETE FROM purchase_splits WHERE purchase_line_id = $1', order.id);
  });

  test('another plan that becomes the current one', async () => {
    const [a] = (await entities(1)) as [number];
    const service = await createService({ entityId: a }, { planId: year.planId, months: everyMonth('1.00') });
    const [{ id: revision }] = await sql(
      `INSERT INTO plan_versions (fiscal_year_id, name) VALUES ($1, 'Revision 1') RETURNING id`,
      year.id,
    );
    await follow(
      'INSERT INTO plan_lines (plan_version_id, service_id, m01) VALUES ($1, $2, 500)',
      revision,
      service.id,
    );
    expect(await net(service.id, 'budget')).toEqual([[a, '12.00']]);
    await sql('UPDATE plan_versions SET is_current = false WHERE id = $1', year.planId);
    await follow('UPDATE plan_versions SET is_current = true WHERE id = $1', revision);
    expect(await net(service.id, 'budget')).toEqual([[a, '500.00']]);
    await sql('UPDATE plan_versions SET is_current = false WHERE id = $1', revision);
    await follow('UPDATE plan_versions SET is_current = true WHERE id = $1', year.planId);
    expect(await net(service.id, 'budget')).toEqual([[a, '12.00']]);
  });

  test('a new fiscal year, in which whoever has a share sees the service from the first day', async () => {
    const [a, b] = (await entities(2)) as [number, number];
    const key = await createKey([
      [a, '1'],
      [b, '1'],
    ]);
    const service = await shared({ budgetKeyId: key.id }, '1.00');
    const next = await createYear('FY27', { reportedThrough: 0 });
    expect(await net(service.id, 'budget', next.id)).toEqual([
      [a, '0.00'],
      [b, '0.00'],
    ]);
    const scoped = await as('Viewer', [a]);
    const { body } = await scoped.get('/api/budgets').query({ fy: 'FY27', uid: service.uid }).expect(200);
    expect(body.data).toMatchObject([{ id: service.id, budget: '0.00' }]);
  });
});
