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
import { sql } from './harness/sql.ts';
import { leastRole, mayBe, nameOf } from './least-role.ts';
import { dayMs } from '../src/lib/time.ts';

const app = createApp();
let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer(app);
});
afterAll(() => server.close());

describe('a reader of one entity', () => {
  const mark = 'zzforeign';
  const amount = '987654.32';
  /** What would give the other entity away, in any answer. */
  const traces = [mark, '987654', '11851851', '1975308'];
  const foreign = { service: 0, entity: 0, tower: 0, vendor: 0, key: 0 };
  const own = { entity: 0, service: 0 };
  const readers: Record<string, { cookie: string }> = {};

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
    const key = await createKey([
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
    Object.assign(foreign, { service: hidden.id, entity: other.id, tower: tower.id, vendor: vendor.id, key: key.id });

    Object.assign(own, { entity: mine.id, service: visible.id });

    // Every write that leaves a trace, by a user who sees everything.
    const admin = await signedInAs('Admin');
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
    for (const role of roles) readers[role] = await signedInAs(role, [mine.id]);
  });

  /** How each address is asked about what belongs to the other entity; 404 where it is that thing's own. */
  const asked: Record<string, { query?: () => string; id?: () => number; status?: 404 }> = {
    'GET /auth/me': {},
    'GET /auth/sessions': {},
    'GET /roles': {},
    'GET /api-keys': {},
    'GET /api-keys/everybody': {},
    'GET /fiscal-years': {},
    'GET /currencies': {},
    'GET /currency-rates': {},
    'GET /currency-rates/lookup': { query: () => '?set=PLAN&currency=INR&date=2026-01-01', status: 404 },
    'GET /budgets': { query: () => `?fy=FY26&with=months&entity=${foreign.entity}` },
    'GET /budgets/:id': { id: () => foreign.service, status: 404 },
    'GET /services/:id': { id: () => foreign.service, status: 404 },
    'GET /services/:id/months': { id: () => foreign.service, query: () => '?fy=FY26', status: 404 },
    'GET /services/:id/entities': { id: () => foreign.service, query: () => '?fy=FY26', status: 404 },
    'GET /services/:id/remarks': { id: () => foreign.service, status: 404 },
    'GET /services/:id/history': { id: () => foreign.service, status: 404 },
    'GET /reports/dashboard': { query: () => `?fy=FY26&entity=${foreign.entity}` },
    'GET /search': { query: () => `?q=${mark}` },
    'GET /allocation-keys': {},
    'GET /entities': { query: () => `?q=${mark}` },
    'GET /entities/:id': { id: () => foreign.entity, status: 404 },
    'GET /towers': {},
    'GET /towers/:id': { id: () => foreign.tower },
    'GET /vendors': {},
    'GET /vendors/:id': { id: () => foreign.vendor },
    'GET /audit': { query: () => '?limit=200' },
    'GET /audit/verify': {},
    'GET /master-merges': {},
    'GET /security-events': {},
    'GET /costs/realtime': {},
    'GET /costs/daily': {},
    'GET /costs/forecast': {},
    'GET /costs/replicas': {},
    'GET /costs/optimization': {},
    'GET /jobs': {},
    'GET /subscriptions': {},
    'GET /webhooks': {},
    'GET /webhooks/:id/deliveries': { id: () => 1 },
    'GET /operations': {},
    'GET /performance': {},
    'GET /performance/breakers': {},
    'GET /users': {},
    'GET /users/:id': { id: () => 1 },
    ...Object.fromEntries(
      ['budget-heads', 'po-entities', 'allocation-types'].flatMap((kind) => [
        [`GET /${kind}`, {}],
        [`GET /${kind}/:id`, { id: () => 1, status: 404 }],
      ]),
    ),
  };

  test('is asked for at every address that reads; the live stream has its own tests', () => {
    const reading = served.filter(({ method, path }) => method === 'get' && path !== '/events').map(nameOf);
    expect(Object.keys(asked).sort()).toEqual(reading.sort());
  });

  const cases = Object.keys(asked).flatMap((name) =>
    roles.filter((role) => mayBe(leastRole[name], role)).map((role) => [name, role] as const),
  );
  test.each(cases)('finds nothing of another at %s as %s', async (name, role) => {
    const { id, query, status } = asked[name]!;
    const path = name.slice('GET '.length).replace(':id', String(id?.()));
    const response = await fetch(`${server.origin}/api${path}${query?.() ?? ''}`, { headers: readers[role]! });
    const text = (await response.text()).replace(/"(instance|requestId|hash)":"[^"]*"/g, '');
    for (const trace of traces) expect(text).not.toContain(trace);
    const isClosed =
      /^GET \/(users|costs|api-keys\/everybody|master-merges|security-events|jobs|webhooks|operations|performance)/.test(
        name,
      );
    expect(response.status).toBe(isClosed ? 403 : (status ?? 200));
  });

  test.each([
    '/budgets?fy=FY26',
    '/budgets?fy=FY26&q=zzforeign',
    '/budgets?fy=FY26&sort=-budget&with=months',
    '/budgets?fy=FY26&budget.gte=900000',
    '/reports/dashboard?fy=FY26',
    '/audit?q=zzforeign',
    '/audit?subjectType=entity',
    '/audit?subjectType=allocation-key',
    '/entities?sort=-usedBy',
    '/search?q=PO-',
  ])('finds nothing of another by %s either', async (address) => {
    const response = await fetch(`${server.origin}/api${address}`, { headers: readers['Approver']! });
    expect(response.status).toBe(200);
    const text = await response.text();
    for (const trace of traces) expect(text).not.toContain(trace);
  });

  test('learns nothing of a parent that is of another, by reading, sorting, filtering or looking back', async () => {
    const read = async (address: string, headers = readers['Approver']!) => {
      const response = await fetch(`${server.origin}/api${address}`, { headers });
      expect(response.status).toBe(200);
      return (await response.json()) as {
        parentUid?: string | null;
        data: { id: number; parentUid: string | null; changes: object }[];
        pagination: { total: number; next: string | null };
      };
    };
    expect((await read(`/budgets/${own.service}?fy=FY26`)).parentUid).toBeNull();
    const rows = (await read('/budgets?fy=FY26')).data;
    expect(rows.find(({ id }) => id === own.service)?.parentUid).toBeNull();
    for (const filter of ['parentUid.like=uid', `parentUid=UID-${mark}`, 'parentUid.empty=false'])
      expect((await read(`/budgets?fy=FY26&${filter}`)).pagination.total, filter).toBe(0);
    for (const sort of ['parentUid', '-parentUid']) {
      const { next } = (await read(`/budgets?fy=FY26&sort=${sort}&limit=1`)).pagination;
      expect(Buffer.from(next?.split('.')[0] ?? '', 'base64url').toString()).not.toContain(mark);
      const { data } = await read(`/budgets?fy=FY26&sort=${sort}&limit=1&after=${next}`);
      expect(data).toHaveLength(1);
    }
    for (const address of [`/services/${own.service}/history`, `/audit?subjectId=${own.service}&subjectType=service`])
      expect((await read(address)).data.map(({ changes }) => Object.keys(changes))).toEqual([['owner']]);

    const viewer = await signedInAs('Viewer');
    const whole = await read(`/budgets?fy=FY26&entity=${own.entity}&parentUid.like=uid`, viewer);
    expect(whole.data.map(({ parentUid }) => parentUid)).toEqual([`UID-${mark}`]);
  });

  test('sees what a person who sees everything sees, as far as it is theirs', async () => {
    const read = async (headers: Record<string, string>) => {
      const response = await fetch(`${server.origin}/api/budgets?fy=FY26`, { headers });
      return (await response.json()) as { data: { uid: string; budget: string }[]; totals: { budget: string } };
    };
    const whole = await read(await signedInAs('Viewer'));
    const part = await read(readers['Viewer']!);
    expect(JSON.stringify(whole)).toContain(mark);
    expect(part.data).toHaveLength(2);
    expect(part.totals.budget).toBe('493914.66');
  });

  test('is kept from what is there for whoever may see it', async () => {
    const admin = await signedInAs('Admin');
    const found = await Promise.all(
      [`/search?q=${mark}`, '/search?q=PO-', '/audit?limit=200', '/entities', '/allocation-keys'].map(
        async (address) => {
          const text = await (await fetch(`${server.origin}/api${address}`, { headers: admin })).text();
          return traces.filter((trace) => text.includes(trace)).length > 0;
        },
      ),
    );
    expect(found).toEqual([true, true, true, true, true]);
  });

  test('counts only their own in what uses a tower or a vendor', async () => {
    const usedBy = async (path: string) => {
      const response = await fetch(`${server.origin}/api${path}`, { headers: readers['Viewer']! });
      return ((await response.json()) as { usedBy: number }).usedBy;
    };
    expect(await usedBy(`/towers/${foreign.tower}`)).toBe(2);
    expect(await usedBy(`/vendors/${foreign.vendor}`)).toBe(1);
  });

  test('cannot change what they do not see, nor what they see only a share of', async () => {
    const change = async (path: string, method: string, body: object) => {
      const response = await fetch(`${server.origin}/api${path}`, {
        method,
        headers: { ...readers['Approver']!, 'content-type': 'application/json', 'if-match': '"v1"' },
        body: JSON.stringify(body),
      });
      return response.status;
    };
    const { service, entity, key } = foreign;
    const [shared] = await sql<{ id: number }>(`SELECT id FROM services WHERE service = 'Shared'`);
    expect(await change(`/budgets/${service}?fy=FY26`, 'PATCH', { owner: 'Me' })).toBe(404);
    expect(await change(`/budgets?fy=FY26`, 'PATCH', { changes: [{ id: service, version: 1, owner: 'Me' }] })).toBe(
      404,
    );
    expect(await change(`/services/${service}/retire`, 'POST', { reason: 'none' })).toBe(404);
    expect(await change(`/services/${service}/remarks`, 'POST', { text: 'mine' })).toBe(404);
    expect(await change(`/services/${service}/history/1/restore`, 'POST', { field: 'owner', reason: 'mine' })).toBe(
      404,
    );
    expect(await change(`/entities/${entity}`, 'PATCH', { name: 'Mine' })).toBe(403);
    expect(await change(`/entities/${entity}`, 'DELETE', {})).toBe(403);
    expect(await change(`/budgets/${shared?.id}?fy=FY26`, 'PATCH', { owner: 'Me' })).toBe(403);
    expect(await change(`/services/${shared?.id}/retire`, 'POST', { reason: 'none' })).toBe(403);
    expect(
      await change(`/allocation-keys/${key}/versions`, 'POST', {
        validFrom: '2026-04-01',
        drivers: [{ entityId: entity, value: '1' }],
        reason: 'mine',
      }),
    ).toBe(403);
    expect(await change('/services', 'POST', { uid: 'Mine', entityId: entity })).toBe(422);
    expect(await change('/services', 'POST', { uid: 'Mine' })).toBe(422);
  });
});
