import type pg from 'pg';
import { type CheckedSeal, type Seal, SealCheck } from '../features/audit/seals.rules.ts';
import { monthColumns as monthsOf } from '../database/months.ts';
import { withClient } from '../database/with-client.ts';
import { firstWrongShare } from './shares.ts';

export interface Verdict {
  name: string;
  ok: boolean;
  firstOffender?: string;
  /** Why nobody can say here whether it holds. */
  unknown?: string;
}

/** What is kept outside of the database: the keys of the seals, and those that were published. */
export interface Outside {
  keys: readonly string[];
  published?: readonly Seal[];
}

/** Checks every invariant in one snapshot, so that people may go on working meanwhile. */
export async function verify(connectionString: string, outside: Outside = { keys: [] }): Promise<Verdict[]> {
  const checkAll = async (client: pg.Client) => {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const verdicts: Verdict[] = [];
    for (const [name, check] of Object.entries(checks)) {
      const firstOffender = typeof check === 'string' ? await firstRow(client, check) : await check(client);
      verdicts.push(firstOffender === undefined ? { name, ok: true } : { name, ok: false, firstOffender });
    }
    return [...verdicts, await checkSeals(client, outside)];
  };
  return withClient(connectionString, checkAll, { application_name: 'opex-verify' });
}

async function firstRow(client: pg.Client, sql: string): Promise<string | undefined> {
  const { rows } = await client.query<[string]>({ text: `${sql} LIMIT 1`, rowMode: 'array' });
  return rows[0]?.[0];
}

const sums = (columns: string[]): string => columns.map((column) => `sum(${column}) AS ${column}`).join(', ');
const filled = monthsOf('m').map((month) => `coalesce(${month}, 0)`);
const toDate = (letter: 'm' | 'b' | 'a'): string =>
  monthsOf(letter)
    .map((month, index) => `CASE WHEN reported_through > ${index} THEN coalesce(${month}, 0) ELSE 0 END`)
    .join(' + ');

const netColumns = [...monthsOf('b'), ...monthsOf('a'), 'committed'];
const currentPlan =
  '(SELECT * FROM plan_lines JOIN plan_versions v ON v.id = plan_version_id AND v.is_current) AS plan';
const withYear = 'JOIN fiscal_years y ON y.id = fiscal_year_id';

const nameOf: Record<string, string> = {
  service_id: '(SELECT uid FROM services WHERE id = service_id)',
  fiscal_year_id: '(SELECT label FROM fiscal_years WHERE id = fiscal_year_id)',
  entity_id: `coalesce((SELECT name FROM entities WHERE id = entity_id), 'unallocated')`,
  tower_id: `coalesce((SELECT name FROM towers WHERE id = tower_id), 'no tower')`,
  vendor_id: `coalesce((SELECT name FROM vendors WHERE id = vendor_id), 'no vendor')`,
};

/** Both sides select the keys and then the values; where they add up to different values, the difference is named. */
function differs(keys: string[], values: string[], kept: string, facts: string): string {
  const columns = [...keys, ...values].join(', ');
  const offBy = values.map((value) => `CASE WHEN ${value} <> 0 THEN '${value} is off by ' || ${value} END`).join(', ');
  return `
    WITH kept (${columns}) AS (${kept}), facts (${columns}) AS (${facts}),
    signed AS (
      SELECT ${columns} FROM kept
      UNION ALL SELECT ${keys.join(', ')}, ${values.map((value) => `-${value}`).join(', ')} FROM facts
    ),
    difference AS (SELECT ${keys.join(', ')}, ${sums(values)} FROM signed GROUP BY ${keys.join(', ')})
    SELECT concat_ws(', ', ${keys.map((key) => nameOf[key]).join(', ')}, ${offBy}) FROM difference
    WHERE ${values.map((value) => `${value} <> 0`).join(' OR ')} ORDER BY ${keys.join(', ')}`;
}

const serviceYear = ['service_id', 'fiscal_year_id'];
const netPerService = (columns: string[]): string =>
  `SELECT service_id, fiscal_year_id, ${sums(columns)} FROM service_entity_years GROUP BY service_id, fiscal_year_id`;

const checks: Record<string, string | ((client: pg.Client) => Promise<string | undefined>)> = {
  'net budget of the entities = budget of the service, each month': differs(
    serviceYear,
    monthsOf('m'),
    netPerService(monthsOf('b')),
    `SELECT service_id, fiscal_year_id, ${filled.join(', ')} FROM ${currentPlan}`,
  ),
  'net actual of the entities = actual of the service, each month': differs(
    serviceYear,
    monthsOf('m'),
    netPerService(monthsOf('a')),
    `SELECT service_id, fiscal_year_id, ${filled.join(', ')} FROM actuals`,
  ),
  'committed of the entities = open orders of the service': differs(
    serviceYear,
    ['committed'],
    netPerService(['committed']),
    'SELECT service_id, fiscal_year_id, open FROM purchase_splits',
  ),
  'year of a service = its months and its open orders': differs(
    serviceYear,
    ['budget', 'actual', 'committed'],
    'SELECT service_id, fiscal_year_id, budget, actual, committed FROM service_years',
    `SELECT service_id, fiscal_year_id, ${filled.join(' + ')}, 0, 0 FROM ${currentPlan}
     UNION ALL
     SELECT service_id, fiscal_year_id, 0, ${filled.join(' + ')}, 0 FROM actuals
     UNION ALL
     SELECT service_id, fiscal_year_id, 0, 0, greatest(0, ordered - cancelled - invoiced) FROM purchase_splits`,
  ),
  'to date of a service = its reported months': differs(
    serviceYear,
    ['ytd_budget', 'ytd_actual'],
    'SELECT service_id, fiscal_year_id, ytd_budget, ytd_actual FROM service_years',
    `SELECT service_id, fiscal_year_id, ${toDate('m')}, 0 FROM ${currentPlan} ${withYear}
     UNION ALL SELECT service_id, fiscal_year_id, 0, ${toDate('m')} FROM actuals ${withYear}`,
  ),
  'to date of an entity = its reported months': differs(
    [...serviceYear, 'entity_id'],
    ['ytd_budget', 'ytd_actual'],
    'SELECT service_id, fiscal_year_id, entity_id, ytd_budget, ytd_actual FROM service_entity_years',
    `SELECT service_id, fiscal_year_id, entity_id, ${toDate('b')}, ${toDate('a')} FROM service_entity_years ${withYear}`,
  ),
  'every service has a row for every year': `
    SELECT concat_ws(', ', uid, label) FROM services s CROSS JOIN fiscal_years y
    WHERE NOT EXISTS (SELECT FROM service_years WHERE service_id = s.id AND fiscal_year_id = y.id)`,
  'years carry the vendor and the renewal of their service': `
    SELECT uid FROM service_years y JOIN services s ON s.id = y.service_id
    WHERE (y.vendor_id, y.renews_on) IS DISTINCT FROM (s.vendor_id, CASE WHEN s.retired_at IS NULL THEN s.renewal_date END)`,
  'shares are exact by largest remainder': firstWrongShare,
  'services show their latest assignment, and the first is from the beginning': `
    SELECT uid FROM services s
    LEFT JOIN LATERAL (SELECT * FROM service_assignments WHERE service_id = s.id ORDER BY valid_from DESC LIMIT 1) AS latest ON true
    WHERE (s.service_type, s.entity_id, s.budget_key_id, s.actual_key_id)
        IS DISTINCT FROM (latest.service_type, latest.entity_id, latest.budget_key_id, latest.actual_key_id)
      OR NOT EXISTS (SELECT FROM service_assignments WHERE service_id = s.id AND valid_from = DATE '0001-01-01')
    ORDER BY s.id`,
  'net figures are of services that are there': `
    SELECT concat_ws(', ', 'service ' || service_id, label) FROM service_entity_years n JOIN fiscal_years y ON y.id = fiscal_year_id
    WHERE NOT EXISTS (SELECT FROM services WHERE id = service_id) ORDER BY service_id`,
  'no figures wait to be settled': `
    SELECT concat_ws(', ', ${nameOf['service_id']}, ${nameOf['fiscal_year_id']}) FROM due_figures ORDER BY service_id, fiscal_year_id`,
  'net figures carry the tower and the vendor of their service': `
    SELECT uid FROM service_entity_years n JOIN services s ON s.id = n.service_id
    WHERE (n.tower_id, n.vendor_id) IS DISTINCT FROM (s.tower_id, s.vendor_id)`,
  'towers = services': differs(
    ['fiscal_year_id', 'tower_id', 'entity_id'],
    netColumns,
    `SELECT fiscal_year_id, tower_id, entity_id, ${netColumns.join(', ')} FROM tower_entity_years`,
    `SELECT fiscal_year_id, tower_id, entity_id, ${netColumns.join(', ')} FROM service_entity_years`,
  ),
  'vendors by entity = services': differs(
    ['fiscal_year_id', 'vendor_id', 'entity_id'],
    ['budget', 'actual'],
    'SELECT fiscal_year_id, vendor_id, entity_id, budget, actual FROM vendor_entity_years',
    'SELECT fiscal_year_id, vendor_id, entity_id, budget, actual FROM service_entity_years',
  ),
  'vendors = services': differs(
    ['fiscal_year_id', 'vendor_id'],
    ['budget', 'actual'],
    'SELECT fiscal_year_id, vendor_id, budget, actual FROM vendor_years',
    'SELECT fiscal_year_id, vendor_id, budget, actual FROM service_entity_years',
  ),
  'splits <= the order line': `
    SELECT concat_ws(' ', pr_number, po_number, 'is split into', sum(ordered), 'of', base_value)
    FROM purchase_lines l JOIN purchase_splits ON purchase_line_id = l.id
    GROUP BY l.id HAVING sum(ordered) > base_value ORDER BY l.id`,
  'splits carry the currency of their order line': `
    SELECT concat_ws(' ', pr_number, po_number) FROM purchase_splits s JOIN purchase_lines l ON l.id = purchase_line_id
    WHERE s.currency_id <> l.currency_id ORDER BY s.id`,
  'parents end': `
    WITH RECURSIVE chain AS (
      SELECT id, parent_id FROM services WHERE parent_id IS NOT NULL
      UNION SELECT chain.id, s.parent_id FROM chain JOIN services s ON s.id = chain.parent_id WHERE s.parent_id IS NOT NULL
    )
    SELECT uid FROM chain JOIN services USING (id) WHERE chain.parent_id = id ORDER BY id`,
  'names carried for sorting = names of the masters': `
    SELECT uid FROM services s
    WHERE (vendor_key, tower_key, budget_head_key, allocation_type_key, po_entity_key, entity_key, parent_uid_key) <> (
      coalesce((SELECT name_key(name) FROM vendors WHERE id = s.vendor_id), ''),
      coalesce((SELECT name_key(name) FROM towers WHERE id = s.tower_id), ''),
      coalesce((SELECT name_key(name) FROM budget_heads WHERE id = s.budget_head_id), ''),
      coalesce((SELECT name_key(name) FROM allocation_types WHERE id = s.allocation_type_id), ''),
      coalesce((SELECT name_key(name) FROM po_entities WHERE id = s.po_entity_id), ''),
      coalesce((SELECT name_key(name) FROM entities WHERE id = s.entity_id), ''),
      coalesce((SELECT name_key(uid) FROM services WHERE id = s.parent_id), ''))`,
  'audit entries are numbered without a gap': `
    SELECT 'entry ' || place || ' is missing' FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM audit_entries) AS numbered
    WHERE id <> place ORDER BY place`,
  'each audit entry hashes to its seal and follows the one before': `
    SELECT 'entry ' || id
    FROM (SELECT e.id, audit_hash(e) = hash AND previous_hash = lag(hash, 1, '\\x') OVER (ORDER BY id) AS holds FROM audit_entries e) AS links
    WHERE NOT holds ORDER BY id`,
  'the audit chain ends where its head says': `
    SELECT 'the head is at ' || last_id || ', the last entry is ' || coalesce(last.id, 0)
    FROM audit_heads LEFT JOIN (SELECT id, hash FROM audit_entries ORDER BY id DESC LIMIT 1) AS last ON true
    WHERE (last_id, last_hash) IS DISTINCT FROM (coalesce(last.id, 0), coalesce(last.hash, '\\x'))`,
};

/** Seals are read beside the service's own code, and checked by the same rules. */
async function checkSeals(client: pg.Client, { keys, published }: Outside): Promise<Verdict> {
  const name = 'each seal of the audit log is made with the key, and the log is as it was sealed';
  const check = new SealCheck(keys, published);
  for (let after = 0; ;) {
    const { rows } = await client.query<CheckedSeal>(
      `SELECT number::int AS number, (extract(epoch FROM s.at) * 1000)::float8 AS at, entry_id::int AS "entryId",
         encode(entry_hash, 'hex') AS "entryHash", key_id AS "keyId", encode(seal, 'hex') AS seal, encode(e.hash, 'hex') AS "hashNow"
       FROM audit_seals s LEFT JOIN audit_entries e ON e.id = s.entry_id WHERE number > $1 ORDER BY number LIMIT 5000`,
      [after],
    );
    const found = rows.length > 0 ? check.add(rows) : check.end();
    if (found) return { name, ok: false, firstOffender: `entry ${found.entryId}: ${found.reason}` };
    if (rows.length === 0) {
      const unknown = `not checked, because AUDIT_SEAL_KEYS, with which ${check.unchecked} are made, is not set`;
      return { name, ok: true, ...(check.unchecked > 0 && { unknown }) };
    }
    after = rows.at(-1)?.number ?? after;
  }
}
