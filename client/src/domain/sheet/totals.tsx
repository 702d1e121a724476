import type { TrackerList } from '@opex/contracts/tracker';
import type { ReactNode } from 'react';
import type { TotalsLine } from '../../components/grid-footer.tsx';
import { Amount, Variance } from '../amounts/amount.tsx';
import { minus } from '../amounts/money.ts';
import { monthField } from './columns/fields.ts';

/** Below the rows, over the whole filter; below months also what was spent, and how far off that is to date. */
export function totalsOf(
  answer: TrackerList,
  fields: readonly string[],
  { through, isShare }: { through: number; isShare: boolean },
): TotalsLine[] {
  const { totals, monthTotals } = answer;
  const cells = fields.flatMap((field): [string, ReactNode][] => {
    if (!(field in totals)) return [];
    const value = totals[field as keyof typeof totals];
    return [[field, /variance/i.test(field) ? <Variance value={value} isWordHidden /> : <Amount value={value} />]];
  });
  const total = { ...Object.fromEntries(cells), [fields[0] ?? 'uid']: isShare ? 'Share' : 'Total' };
  if (!monthTotals || !fields.includes(monthField(1))) return [{ name: 'Totals', cells: total }];
  const { budget, actual } = monthTotals;
  const byMonth = (cellOf: (index: number) => ReactNode) =>
    Object.fromEntries(budget.map((_, index) => [monthField(index + 1), cellOf(index)]));
  const varianceOf = (index: number) => minus(budget[index] ?? '0', actual[index] ?? '0');
  return [
    { name: 'Totals', cells: { ...total, ...byMonth((index) => <Amount value={budget[index]} />) } },
    {
      name: 'Actual by month',
      cells: {
        uid: 'Actual',
        ...byMonth((index) => <Amount value={actual[index]} />),
        budget: <Amount value={totals.actual} />,
      },
    },
    {
      name: 'Variance by month',
      cells: {
        uid: 'Variance',
        service: 'to date',
        ...byMonth((index) => index < through && <Variance value={varianceOf(index)} isWordHidden />),
        budget: <Variance value={totals.ytdVariance} isWordHidden />,
      },
    },
  ];
}
