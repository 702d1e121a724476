import { written } from './written.ts';

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
