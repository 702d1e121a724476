/** Services as files name them, for what loads files. */
export type { KnownService } from './services-by-uid.repository.ts';
export { findByNumbers, findByUids, findMonthsNow, findPlanned } from './services-by-uid.repository.ts';
export { spreadYear } from './budget-months.service.ts';
export { noMonths, totalOf, type Months, withMonths } from './budget-months.rules.ts';
