import { kindOf } from '@opex/contracts/horizon';
import type { Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { lazy, Suspense } from 'react';
import { useNavigate } from 'react-router-dom';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { minus, sum } from '../../domain/amounts/money.ts';
import { addingCompared, type TrackerAddress } from './dashboard.words.ts';
import { FigureLink } from './figure-link.tsx';
import { Panel } from './panel.tsx';

type Month = Dashboard['months'][number];
const MonthsChart = lazy(() => import('./months-chart.tsx'));
const height = 260;

/** The list of a month or the year, by what its address says of the horizon. */
type Opened = (horizon: string, what: 'budget' | 'actual' | 'variance') => string;

export function MonthsPanel({ report, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const { months, fy } = report;
  const navigate = useNavigate();
  const opens: Opened = (horizon, what) => tracker({ ...addingCompared(kindOf(horizon || undefined), what), horizon });
  return (
    <Panel title="Budget and actual by month" name="months" table={<MonthsTable months={months} opens={opens} />}>
      <Box
        role="img"
        aria-label={`Budget and actual of ${fy} by month; the table has the figures`}
        sx={{ minHeight: height }}
      >
        <Suspense fallback={<Skeleton variant="rounded" height={height} />}>
          <MonthsChart
            months={months}
            height={height}
            onOpen={(period, what) => void navigate(opens(String(period), what))}
          />
        </Suspense>
      </Box>
    </Panel>
  );
}

function MonthsTable({ months, opens }: Pick<Dashboard, 'months'> & { opens: Opened }) {
  const toDate = months.filter((month) => month.toDate);
  const budgetToDate = sum(toDate.map(({ budget }) => budget));
  const actualToDate = sum(toDate.map(({ actual }) => actual));
  const amount = (label: string, what: 'budget' | 'actual') => ({
    label,
    isAmount: true,
    cell: (month: Month) => (
      <FigureLink to={opens(String(month.period), what)}>
        <Amount value={month[what]} />
      </FigureLink>
    ),
    total: (
      <FigureLink to={opens('year', what)}>
        <Amount value={sum(months.map((month) => month[what]))} />
      </FigureLink>
    ),
  });
  return (
    <PlainTable
      label="Budget and actual by month"
      rows={months}
      keyOf={({ period }) => period}
      columns={[
        { label: 'Month', cell: ({ label }) => label, total: 'Year' },
        amount('Budget', 'budget'),
        amount('Actual', 'actual'),
        {
          label: 'Variance to date',
          isAmount: true,
          cell: (month) =>
            month.toDate && (
              <FigureLink to={opens(String(month.period), 'variance')}>
                <Variance value={minus(month.budget, month.actual)} />
              </FigureLink>
            ),
          total: (
            <FigureLink to={opens('', 'variance')}>
              <Variance value={minus(budgetToDate, actualToDate)} />
            </FigureLink>
          ),
        },
      ]}
    />
  );
}
