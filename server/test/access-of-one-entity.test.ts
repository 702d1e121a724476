import { roles } from '@opex/contracts/permissions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/app.ts';
import { served } from '../src/http/serve.ts';
import { startServer } from './harness/server.ts';
import {
  createActual,
  createEntity,
  createKey,
  createService,
  createTower,
  createVendor,
  createYear,
  everyMonth,
  signedInAs,
} from './factories/index.ts';
import { createImport } from './factories/imports.ts';
import { sql } from './harness/sql.ts';
import { addresses, mayBe, nameOf } from './harness/addresses.ts';
import { dayMs } from '../src/lib/time.ts';

const app = createApp();
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer(app);
});
afterAll(() => server.close());

async function ask(address: string, headers: Record<string, string>) {
  const response = await fetch(`${server.origin}/api${address}`, { headers });
  const text = (await response.text()).replace(/"(instance|requestId|hash)":"[^"]*"/g, '"$1":""');
  return { status: response.status, text };
}
async function read<Body>(address: string, headers: Record<string, string>): Promise<Body> {
  const { status, text } = await ask(address, headers);
  expect(status, address).toBe(200);
  return JSON.parse(text) as Body;
}

describe('a reader of one entity', () => {
  const mark = 'zzforeign';
  const amount = '987654.32';
  /** What would give the other entity away, in any answer. */
  const traces = [mark, '987654', '11851851', '1975308'];
  const tracesIn = (text: string) => traces.filter((trace) => text.includes(trace));
  const foreign = { mark, service: 0, entity: 0, tower: 0, vendor: 0, import: 0 };
  const own = { entity: 0, service: 0 };
  const readers: Record<string, { cookie: string }> = {};
  /** Who sees everything, and so all that the readers must not. */
  let admin: { cookie: string };

  beforeAll(async () => {
    const year = await createYear();
    const [mine, other] = [await createEntity('My entity'), await createEntity(`Entity ${mark}`)];
    const [tower, vendor] = [await createTower(), await createVendor()];
    const line = { planId: year.planId, months: everyMonth(amount) };
    const hidden = await createService(
      {
        uid: `UID-${mark}`,
        service: `Service ${mark}`,
        entityId: other.id,
        towerId: tower.id,
        vendorId: vendor.id,
        renewalDate: new Date(Date.now() + 30 * dayMs),
      },
      line,
    );
    await createActual({ serviceId: hidden.id, entityId: other.id, fiscalYearId: year.id, months: everyMonth(amount) });
    const visible = await createService(
      { entityId: mine.id, towerId: tower.id, vendorId: vendor.id },
      { ...line, months: everyMonth('5.00') },
    );
    await createKey([
      [mine.id, '1'],
      [other.id, '987654'],
    ]);
    // Of a shared service the reader sees a quarter, the share of the own entity.
    const quarter = await createKey([
      [mine.id, '1'],
      [other.id, '3'],
    ]);
    const shared = await createService(
      { serviceType: 'Shared', budgetKeyId: quarter.id, towerId: tower.id, service: 'Shared' },
      { ...line, months: everyMonth('10.00') },
    );
    Object.assign(foreign, { service: hidden.id, entity: other.id, tower: tower.id, vendor: vendor.id });

    Object.assign(own, { entity: mine.id, service: visible.id });

    // Every write that leaves a trace, by a user who sees everything.
    admin = await signedInAs('Admin');
    const call = async (method: string, path: string, body: object, version = 1) => {
      const response = await fetch(`${server.origin}/api${path}`, {
        method,
        headers: { ...admin, 'content-type': 'application/json', 'if-match': `"v${version}"` },
        body: JSON.stringify(body),
      });
      expect(`${path} ${response.status} ${response.ok ? '' : await response.text()}`).toMatch(/ 20\d /);
    };
    await call('PATCH', `/budgets/${hidden.id}?fy=FY26`, { months: { 1: '1987654.32' }, reason: `Because of ${mark}` });
    await call('PATCH', `/budgets/${visible.id}?fy=FY26`, { parentUid: `UID-${mark}`, owner: 'Me' });
    await call('POST', `/services/${hidden.id}/remarks`, { text: `Remark ${mark}` });
    await call('PATCH', `/entities/${other.id}`, { name: `Entity ${mark} renamed` });
    await call('POST', '/allocation-keys', {
      name: 'New key',
      driverType: 'Headcount',
      validFrom: '2025-04-01',
      drivers: [{ entityId: other.id, value: '987654' }],
    });
    await call('POST', '/services', {
      uid: `UID-${mark}-2`,
      entityId: other.id,
      budget: '987654.00',
      fy: 'FY26',
      reason: 'new',
    });
    await call('PATCH', `/budgets/${shared.id}?fy=FY26`, { months: { 1: '1975308.64' }, reason: 'The whole amount' });
    await sql(
      `WITH line AS (
         INSERT INTO purchase_lines (po_number, currency_id, rate, base_value) SELECT $1, id, 1, 987654 FROM currencies LIMIT 1 RETURNING id)
       INSERT INTO purchase_splits (purchase_line_id, service_id, fiscal_year_id, ordered) SELECT id, $2, $3, 987654 FROM line`,
      [`PO-${mark}`, hidden.id, year.id],
    );
    foreign.import = await createImport('applied', `Import ${mark}`);
    const cells = JSON.stringify([{ column: 'C', title: 'Apr 2025', from: '987654.32', to: '5.00' }]);
    await sql(
      `INSERT INTO import_rows (import_id, number, outcome, uid, service_id, version, before, after, cells, rejected, texts) VALUES
         ($1, 2, 'changed', $2, $3, 1, '{"1": "987654.32"}', '{"1": "5.00"}', $4, '[]', '[]'),
         ($1, 3, 'rejected', $2, NULL, NULL, '{}', '{}', '[]', jsonb_build_array(jsonb_build_object('column', 'A', 'value', $2::text, 'reason', $2::text)), '[]')`,
      [foreign.import, `UID-${mark}`, hidden.id, cells],
    );
    for (const role of roles) readers[role] = await signedInAs(role, [mine.id]);
  });

  /** The live stream has its own tests. */
  const reading = served.filter(({ method, path }) => method === 'get' && path !== '/events').map(nameOf);
  function addressOf(name: string) {
    const { id, query } = addresses[name]?.read ?? {};
    const path = name.slice('GET '.length);
    if (path.includes(':') && !id) throw new Error(`The entry of ${name} does not say which id to ask for`);
    return path.replace(':id', String(id?.(foreign))) + (query?.(foreign) ?? '');
  }

  const cases = reading.flatMap((name) =>
    roles.filter((role) => mayBe(name, role)).map((role) => [name, role] as const),
  );
  test.each(cases)('finds nothing of another at %s as %s', async (name, role) => {
    const { status, text } = await ask(addressOf(name), readers[role]!);
    expect(tracesIn(text)).toEqual([]);
    expect(status).toBe(addresses[name]?.read?.status ?? 200);
  });

  test('would find it there, if the reader saw everything', async () => {
    const found = new Map<string, string[]>();
    for (const name of reading) found.set(name, tracesIn((await ask(addressOf(name), admin)).text));
    const empty: string[] = [];
    for (const name of reading) if ((await ask(addressOf(name), admin)).text.startsWith('{"data":[]')) empty.push(name);
    expect(empty).toEqual(reading.filter((name) => addresses[name]?.read?.isEmpty));
    const without = reading.filter((name) => found.get(name)?.length === 0);
    expect(without).toEqual(reading.filter((name) => addresses[name]?.read?.isOfNone));
    expect([...new Set([...found.values()].flat())].toSorted()).toEqual(traces.toSorted());
  });

  test.each([
    '/budgets?fy=FY26',
    '/budgets?fy=FY26&q=zzforeign',
    '/budgets?fy=FY26&sort=-budget&with=months',
    '/budgets?fy=FY26&budget.gte=900000',
    '/reports/dashboard?fy=FY26',
    '/audit?q=zzforeign',
    '/audit/batches?q=zzforeign',
    '/audit?subjectType=entity',
    '/audit?subjectType=allocation-key',
    '/entities?sort=-usedBy',
    '/search?q=PO-',
  ])('finds nothing of another by %s either, where an administrator does', async (address) => {
    const { status, text } = await ask(address, readers['Approver']!);
    expect(status).toBe(200);
    expect(tracesIn(text)).toEqual([]);
    expect(tracesIn((await ask(address, admin)).text)).not.toEqual([]);
  });

  test('learns nothing of a parent that is of another, by reading, sorting, filtering or looking back', async () => {
    type Row = { id: number; parentUid: string | null; changes: object };
    type List = { data: Row[]; pagination: { total: number; next: string } };
    const reader = readers['Approver']!;
    expect((await read<Row>(`/budgets/${own.service}?fy=FY26`, reader)).parentUid).toBeNull();
    const rows = (await read<List>('/budgets?fy=FY26', reader)).data;
    expect(rows.find(({ id }) => id === own.service)?.parentUid).toBeNull();
    for (const filter of ['parentUid.like=uid', `parentUid=UID-${mark}`, 'parentUid.empty=false'])
      expect((await read<List>(`/budgets?fy=FY26&${filter}`, reader)).pagination.total, filter).toBe(0);
    const cursor = async (sort: string, who: { cookie: string }) =>
      (await read<List>(`/budgets?fy=FY26&sort=${sort}&limit=1`, who)).pagination.next;
    const wordsIn = (next: string) => Buffer.from(next.split('.')[0]!, 'base64url').toString();
    for (const sort of ['parentUid', '-parentUid']) {
      const next = await cursor(sort, reader);
      expect(wordsIn(next)).not.toContain(mark);
      const { data } = await read<List>(`/budgets?fy=FY26&sort=${sort}&limit=1&after=${next}`, reader);
      expect(data).toHaveLength(1);
    }
    expect(wordsIn(await cursor('-parentUid', admin))).toContain(mark);
    const ofService = `subjectId=${own.service}&subjectType=service`;
    for (const address of [`/services/${own.service}/history`, `/audit?${ofService}`, `/audit/batches?${ofService}`])
      expect((await read<List>(address, reader)).data.map(({ changes }) => Object.keys(changes))).toEqual([['owner']]);

    const whole = await read<List>(`/budgets?fy=FY26&entity=${own.entity}&parentUid.like=uid`, admin);
    expect(whole.data.map(({ parentUid }) => parentUid)).toEqual([`UID-${mark}`]);
  });

  test('sees what a person who sees everything sees, as far as it is theirs', async () => {
    type List = { data: { uid: string }[]; totals: { budget: string } };
    const part = await read<List>('/budgets?fy=FY26', readers['Viewer']!);
    expect(part.data).toHaveLength(2);
    expect(part.totals.budget).toBe('493914.66');
  });

  test('counts only their own in what uses a tower or a vendor', async () => {
    const usedBy = async (path: string, who: { cookie: string }) => (await read<{ usedBy: number }>(path, who)).usedBy;
    const [tower, vendor] = [`/towers/${foreign.tower}`, `/vendors/${foreign.vendor}`];
    expect([await usedBy(tower, readers['Viewer']!), await usedBy(tower, admin)]).toEqual([2, 3]);
    expect([await usedBy(vendor, readers['Viewer']!), await usedBy(vendor, admin)]).toEqual([1, 2]);
  });
});
