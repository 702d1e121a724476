// The other side of the comparison: what a careful person writes by hand for one page, with no guard on.
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
const app = express();
app.disable('x-powered-by');

const page = process.env.PAGE_FILE
  ? JSON.parse((await import('node:fs')).readFileSync(process.env.PAGE_FILE, 'utf8'))
  : {};
app.get('/page', (_req, res) => res.json(page));

const orders = JSON.parse(process.env.ORDERS ?? '{}');
const columns = `s.id, s.version, s.uid, parent.uid AS "parentUid", s.vendor_id AS "vendorId", vendor.name AS vendor, s.vendor_service AS "vendorService",
  s.service, s.description, s.contract, s.start_date::text AS "startDate", s.end_date::text AS "endDate", s.renewal_date::text AS "renewalDate",
  s.budget_head_id AS "budgetHeadId", head.name AS "budgetHead", s.tower_id AS "towerId", tower.name AS tower, s.priority,
  s.initiative_type AS "initiativeType", s.service_type AS "serviceType", s.allocation_type_id AS "allocationTypeId",
  at.name AS "allocationType", s.cost_lever AS "costLever", s.owner, s.po_entity_id AS "poEntityId", po.name AS "poEntity",
  s.entity_id AS "entityId", e.name AS entity, s.budget_key_id AS "budgetKeyId", bk.name AS "budgetKey", s.actual_key_id AS "actualKeyId",
  ak.name AS "actualKey", s.phasing, s.last_remark AS remark, y.budget, y.actual, y.committed, y.variance, y.ytd_budget, y.ytd_actual,
  y.ytd_variance, p.budget AS "previousBudget", p.actual AS "previousActual", q.budget AS "earlierBudget", q.actual AS "earlierActual"`;
const joins = `LEFT JOIN services parent ON parent.id = s.parent_id LEFT JOIN vendors vendor ON vendor.id = s.vendor_id
  LEFT JOIN budget_heads head ON head.id = s.budget_head_id LEFT JOIN towers tower ON tower.id = s.tower_id
  LEFT JOIN allocation_types at ON at.id = s.allocation_type_id LEFT JOIN po_entities po ON po.id = s.po_entity_id
  LEFT JOIN entities e ON e.id = s.entity_id LEFT JOIN allocation_keys bk ON bk.id = s.budget_key_id LEFT JOIN allocation_keys ak ON ak.id = s.actual_key_id`;
const totals = new Map();

/** Ids by an index of one table where that is enough, then the columns of one page; the total once for a filter. */
app.get('/list', async (req, res) => {
  const { sort, page: number, tower } = req.query;
  const { text, direction } = orders[sort];
  const both = `service_years y JOIN services s ON s.id = y.service_id AND y.fiscal_year_id = $1 AND s.tower_id = ${Number(tower)}`;
  const [from, id] = tower
    ? [both, 's.id']
    : text.includes('y.')
      ? ['service_years y WHERE y.fiscal_year_id = $1', 'y.service_id']
      : ['services s WHERE $1::int > 0', 's.id'];
  const filter = tower ?? '';
  if (!totals.has(filter)) {
    const whole = tower ? both : 'service_years y WHERE y.fiscal_year_id = $1';
    const { rows } = await pool.query(
      `SELECT count(*)::int AS total, sum(budget) AS budget, sum(actual) AS actual FROM ${whole}`,
      [process.env.YEAR],
    );
    totals.set(filter, rows[0]);
  }
  const { rows } = await pool.query({
    name: `list-${sort}-${filter}`,
    text: `SELECT ${columns} FROM (SELECT id, row_number() OVER () AS place FROM (SELECT ${id} AS id FROM ${from} ORDER BY ${text} ${direction}, ${id} ${direction} LIMIT 50 OFFSET $2) s) page
      JOIN services s ON s.id = page.id JOIN service_years y ON y.service_id = s.id AND y.fiscal_year_id = $1
      LEFT JOIN service_years p ON p.service_id = s.id AND p.fiscal_year_id = $3 LEFT JOIN service_years q ON q.service_id = s.id AND q.fiscal_year_id = $4
      ${joins} ORDER BY page.place`,
    values: [process.env.YEAR, (Number(number) - 1) * 50, process.env.PREVIOUS, process.env.EARLIER],
  });
  res.json({
    data: rows,
    pagination: { page: Number(number), total: totals.get(filter).total },
    totals: totals.get(filter),
  });
});

/** A finished roll-up of 1 300 rows, only read. */
app.get('/rollup', async (_req, res) => {
  const { rows } = await pool.query({ name: 'rollup', text: 'SELECT * FROM finished_rollup' });
  res.json(rows);
});

const server = app.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
