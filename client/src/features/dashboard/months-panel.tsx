import type { Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { lazy, Suspense } from 'react';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { minus, sum } from '../../domain/amounts/money.ts';
import { Panel } from './panel.tsx';

const MonthsChart = lazy(() => import('./months-chart.tsx'));
const height = 260;

export function MonthsPanel({ report: { months, fy } }: { report: Dashboard }) {
  return (
    <Panel title="Budget and actual by month" name="months" table={<MonthsTable months={months} />}>
      <Box
        role="img"
        aria-label={`Budget and actual of ${fy} by month; the table has the figures`}
        sx={{ minHeight: height }}
      >
        <Suspense fallback={<Skeleton variant="rounded" height={height} />}>
          <MonthsChart months={months} height={height} />
        </Suspense>
      </Box>
    </Panel>
  );
}

function MonthsTable({ months }: Pick<Dashboard, 'months'>) {
  const toDate = months.filter((month) => month.toDate);
  const budgetToDate = sum(toDate.map(({ budget }) => budget));
  const actualToDate = sum(toDate.map(({ actual }) => actual));
  return (
    <PlainTable
      label="Budget and actual by month"
      rows={months}
      keyOf={({ period }) => period}
      columns={[
        { label: 'Month', cell: ({ label }) => label, total: 'Year' },
        {
          label: 'Budget',
          isAmount: true,
          cell: ({ budget }) => <Amount value={budget} />,
          total: <Amount value={sum(months.map(({ budget }) => budget))} />,
        },
        {
          label: 'Actual',
          isAmount: true,
          cell: ({ actual }) => <Amount value={actual} />,
          total: <Amount value={sum(months.map(({ actual }) => actual))} />,
        },
        {
          label: 'Variance to date',
          isAmount: true,
          cell: (month) => month.toDate && <Variance value={minus(month.budget, month.actual)} />,
          total: <Variance value={minus(budgetToDate, actualToDate)} />,
        },
      ]}
    />
  );
}
