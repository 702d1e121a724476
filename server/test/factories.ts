import { randomUUID } from 'node:crypto';
import type { Role } from '@opex/contracts/permissions';
import * as sessions from '../src/features/sessions/sessions.service.ts';
import { csrfTokenOf } from '../src/features/sessions/sessions.rules.ts';
import type { Prisma } from '../src/generated/prisma/client.ts';
import { database, type Db } from '../src/database/database.ts';
import { hashPassword } from '../src/lib/passwords/passwords.ts';
import { inTransaction } from '../src/database/transaction.ts';
import { sessionCookie } from '../src/http/middleware/authenticate.ts';

const db = database as unknown as Db;

/** Facts that tests put into the database by hand, as any writer of the server does: with their figures, and the caches are told. */
export const written = <Result>(work: (tx: Db) => Promise<Result>) =>
  inTransaction(['access', 'figures', 'masters'], work);

export const password = 'a long enough password';
const passwordHash = hashPassword(password);

export async function createUser(role: Role, entityIds: number[] | null = null) {
  const hash = await passwordHash;
  return written((tx) =>
    tx.user.create({
      data: {
        email: `${randomUUID()}@example.com`,
        name: `${role} ${randomUUID().slice(0, 4)}`,
        passwordHash: hash,
        role,
        allEntities: entityIds === null,
        userEntities: { create: (entityIds ?? []).map((entityId) => ({ entityId })) },
      },
    }),
  );
}

/** The headers of a session of this user. */
export async function sessionOf(userId: number) {
  const token = await sessions.start(userId, { address: '127.0.0.1', userAgent: 'test' }, db);
  return { cookie: `${sessionCookie}=${token}`, 'x-csrf-token': csrfTokenOf(token) };
}

/** The headers of a signed-in user with this role, who sees these entities (null: all). */
export const signedInAs = async (role: Role, entityIds: number[] | null = null) =>
  sessionOf((await createUser(role, entityIds)).id);

/** A fiscal year from April to March with its periods and a current plan in draft. */
export async function createYear(label = 'FY26', { reportedThrough = 12, state = 'OPEN', planState = 'DRAFT' } = {}) {
  const endYear = 2000 + Number(label.slice(2));
  const day = (month: number, date: number) => new Date(Date.UTC(endYear - 1, month, date));
  return written(async (tx) => {
    const year = await tx.fiscalYear.create({
      data: { label, startDate: day(3, 1), endDate: day(15, 0), reportedThrough },
    });
    for (let number = 1; number <= 12; number++)
      await tx.period.create({
        data: { fiscalYearId: year.id, number, startDate: day(number + 2, 1), endDate: day(number + 3, 0), state },
      });
    const plan = await tx.planVersion.create({
      data: { fiscalYearId: year.id, name: 'Original', isCurrent: true, state: planState },
    });
    return { ...year, planId: plan.id };
  });
}

const named = () => `Name ${randomUUID().slice(0, 8)}`;
export const createEntity = (name = named()) => written((tx) => tx.entity.create({ data: { name } }));
export const createVendor = (name = named()) => written((tx) => tx.vendor.create({ data: { name } }));
export const createTower = (name = named()) => written((tx) => tx.tower.create({ data: { name } }));

/** A flat key; drivers as `[[entityId, "98"], ...]`. */
export const createKey = (drivers: [entityId: number, value: string][], validFrom = '2020-04-01') =>
  written(async (tx) => {
    const key = await tx.allocationKey.create({ data: { name: named(), driverType: 'Headcount' } });
    await tx.allocationKeyVersion.create({
      data: {
        allocationKeyId: key.id,
        validFrom: new Date(validFrom),
        allocationDrivers: { createMany: { data: drivers.map(([entityId, value]) => ({ entityId, value })) } },
      },
    });
    return key;
  });

type ServiceOverrides = Partial<Prisma.ServiceUncheckedCreateInput>;
type Line = { planId: number; months: (string | null)[] };

/** A service, with the months of its budget if a plan is given. */
export const createService = (overrides: ServiceOverrides = {}, line?: Line) =>
  written(async (tx) => {
    const service = await tx.service.create({
      data: { uid: `SVC-${randomUUID().slice(0, 8)}`, service: 'Cloud hosting', ...overrides },
    });
    if (line)
      await tx.planLine.create({
        data: { planVersionId: line.planId, serviceId: service.id, ...monthColumns(line.months) },
      });
    return service;
  });

export const createActual = (fact: {
  serviceId: number;
  entityId: number;
  fiscalYearId: number;
  months: (string | null)[];
}) =>
  written((tx) => {
    const { months, ...ids } = fact;
    return tx.actual.create({ data: { ...ids, source: 'MANUAL', ...monthColumns(months) } });
  });

let orders = 0;
/** An order line, wholly for one service. */
export const createOrder = (
  split: { serviceId: number; fiscalYearId: number; ordered: string; invoiced?: string },
  code = 'INR',
) =>
  written(async (tx) => {
    const { id: currencyId } = await tx.currency.findUniqueOrThrow({ where: { code } });
    const line = { poNumber: `PO-${++orders}`, currencyId, rate: '1', baseValue: split.ordered };
    return tx.purchaseLine.create({ data: { ...line, purchaseSplits: { create: split } } });
  });

export const monthColumns = (months: (string | null)[]) =>
  Object.fromEntries(months.map((month, index) => [`m${String(index + 1).padStart(2, '0')}`, month]));
export const everyMonth = (amount: string) => Array.from({ length: 12 }, () => amount);
