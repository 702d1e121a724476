import type { Period } from '@opex/contracts/fiscal-years';
import { conflict, invalid } from '../../lib/errors.ts';
import type { StoredService } from './service-changes.repository.ts';
import { type Months, spreadBudget, spreadRefusal, totalOf } from './budget-months.rules.ts';

/** Over the open months of the contract. A month that is being closed changes only when the caller names it. */
export function spreadYear(
  budget: string,
  { uid, phasing, startDate, endDate }: Pick<StoredService, 'uid' | 'phasing' | 'startDate' | 'endDate'>,
  before: Months,
  periods: Period[],
): Months {
  const isOpen = periods.map(({ state }) => state === 'OPEN');
  const isOfContract = periods.map(
    (period) => (!startDate || period.endDate >= startDate) && (!endDate || period.startDate <= endDate),
  );
  const kept = totalOf(before.filter((_, index) => !isOpen[index]));
  switch (spreadRefusal(budget, before, isOpen)) {
    case 'nothing is open':
      throw conflict(`No month of this year is open, so the budget of ${uid} stays ${kept}`);
    case 'more is kept':
      throw invalid('/budget', `Closed months of ${uid} hold ${kept} already; to go below that, type into open months`);
    case null:
      return spreadBudget(budget, phasing, before, { isOpen, isOfContract });
  }
}
