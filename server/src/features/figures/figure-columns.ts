import { monthColumns } from '../../database/months.ts';

export const monthsOfFigures = [...monthColumns('b'), ...monthColumns('a')];
/** Of one entity in one year. */
export const amountColumns = [...monthsOfFigures, 'committed', 'ytd_budget', 'ytd_actual'];
/** Of all entities together. */
export const totalColumns = ['budget', 'actual', 'committed', 'ytd_budget', 'ytd_actual'];
