import { monthColumns } from './services.ts';
import { written } from './written.ts';

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
