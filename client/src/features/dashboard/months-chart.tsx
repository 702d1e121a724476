import type { Dashboard } from '@opex/contracts/reports';
import { useTheme } from '@mui/material/styles';
import { BarPlot } from '@mui/x-charts/BarChart';
import { ChartsContainer } from '@mui/x-charts/ChartsContainer';
import { ChartsGrid } from '@mui/x-charts/ChartsGrid';
import { ChartsTooltip } from '@mui/x-charts/ChartsTooltip';
import { ChartsXAxis } from '@mui/x-charts/ChartsXAxis';
import { ChartsYAxis } from '@mui/x-charts/ChartsYAxis';
import { useDrawingArea, useXScale, useYScale } from '@mui/x-charts/hooks';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { shortMonth } from './dashboard.words.ts';

type Months = Dashboard['months'];
type OnOpen = (period: number, what: 'budget' | 'actual') => void;
type Props = { months: Months; height: number; onOpen: OnOpen };

/** Budget and actual side by side; the months to date lie on a shade. Numbers here are for the eye, the table has the exact ones. */
export default function MonthsChart({ months, height, onOpen }: Props) {
  const { vars } = useTheme();
  const format = useFormat();
  const budget = months.map((month) => Number(month.budget));
  const actual = months.map((month) => (month.toDate || Number(month.actual) !== 0 ? Number(month.actual) : null));
  const lowest = Math.min(0, ...budget, ...actual.map((value) => value ?? 0));
  const exact =
    (series: 'budget' | 'actual') =>
    (_: number | null, { dataIndex }: { dataIndex: number }) =>
      format.amount(months[dataIndex]?.[series]);

  return (
    <ChartsContainer
      height={height}
      margin={{ top: 22, right: 4, bottom: 0, left: 0 }}
      series={[
        {
          type: 'bar',
          id: 'budget',
          label: 'Budget',
          data: budget,
          color: vars.palette.series.budget,
          valueFormatter: exact('budget'),
        },
        {
          type: 'bar',
          id: 'actual',
          label: 'Actual',
          data: actual,
          color: vars.palette.series.actual,
          valueFormatter: exact('actual'),
        },
      ]}
      xAxis={[
        {
          scaleType: 'band',
          data: months.map(({ label }) => label),
          valueFormatter: (label: string, { location }) => (location === 'tick' ? shortMonth(label) : label),
          categoryGapRatio: 0.35,
          barGapRatio: 0.05,
          height: 24,
        },
      ]}
      yAxis={[{ min: lowest, valueFormatter: (value: number) => format.tick(value), tickNumber: 5, width: 'auto' }]}
      skipAnimation
      disableKeyboardNavigation
    >
      <ToDateShade months={months} />
      <ChartsGrid horizontal />
      <BarPlot />
      <Names months={months} />
      <ChartsXAxis disableTicks />
      <ChartsYAxis disableLine disableTicks />
      <Targets months={months} onOpen={onOpen} />
      <ChartsTooltip trigger="axis" />
    </ChartsContainer>
  );
}

/** A bar may be too low to be hit, so all of the height above and below it opens its list. */
function Targets({ months, onOpen }: Omit<Props, 'height'>) {
  const x = useXScale<'band'>();
  const { top, height } = useDrawingArea();
  const width = x.bandwidth() / 2;
  return months.flatMap(({ period, label }) =>
    (['budget', 'actual'] as const).map((what, index) => (
      <rect
        key={`${label} ${what}`}
        data-opens={`${period} ${what}`}
        x={(x(label) ?? 0) + index * width}
        y={top}
        width={width}
        height={height}
        fill="transparent"
        cursor="pointer"
        onClick={() => onOpen(period, what)}
      />
    )),
  );
}

const countToDate = (months: Months) => months.filter(({ toDate }) => toDate).length;

function ToDateShade({ months }: { months: Months }) {
  const { vars } = useTheme();
  const { left, top, width, height } = useDrawingArea();
  const count = countToDate(months);
  if (count === 0) return null;
  const shade = (width * count) / months.length;
  return (
    <g>
      <rect x={left} y={top} width={shade} height={height} fill={vars.palette.action.hover} />
      <text x={left + 4} y={top - 8} fontSize="12" fill={vars.palette.text.secondary}>
        To date
      </text>
    </g>
  );
}

/** The names point at the bars of one of the last months to date, instead of a legend. */
function Names({ months }: { months: Months }) {
  const { vars } = useTheme();
  const x = useXScale<'band'>();
  const y = useYScale<'linear'>();
  // Away from both ends, where there is room for words.
  const index = Math.min(Math.max(countToDate(months) - 1, 1), months.length - 2);
  const near = months.slice(index - 1, index + 2);
  const month = months[index];
  if (!month) return null;
  const top = Math.min(...near.flatMap(({ budget, actual }) => [y(Number(budget)), y(Number(actual))])) - 10;
  const left = x(month.label) ?? 0;
  const names = [
    { name: 'Budget', at: left + x.bandwidth() * 0.25, value: month.budget, anchor: 'end' as const },
    { name: 'Actual', at: left + x.bandwidth() * 0.75, value: month.actual, anchor: 'start' as const },
  ];
  return (
    <g>
      {names.map(({ name, at, value, anchor }) => (
        <g key={name}>
          <line x1={at} x2={at} y1={top} y2={y(Number(value))} stroke={vars.palette.text.secondary} />
          <text
            x={at}
            y={top - 4}
            dx={anchor === 'end' ? 4 : -4}
            fontSize="12"
            textAnchor={anchor}
            fill={vars.palette.text.primary}
          >
            {name}
          </text>
        </g>
      ))}
    </g>
  );
}
