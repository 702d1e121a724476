import { randomUUID } from 'node:crypto';
import type { Prisma } from '../../src/generated/prisma/client.ts';
import { written } from './written.ts';

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

/** A service with a budget in that plan, the same in each month. */
export const createPlanned = ({ planId }: { planId: number }, overrides: ServiceOverrides = {}, month = '1.00') =>
  createService(overrides, { planId, months: everyMonth(month) });

export const monthColumns = (months: (string | null)[]) =>
  Object.fromEntries(months.map((month, index) => [`m${String(index + 1).padStart(2, '0')}`, month]));
export const everyMonth = (amount: string) => Array.from({ length: 12 }, () => amount);
