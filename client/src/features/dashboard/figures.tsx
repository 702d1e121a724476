import type { Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { absolute } from '../../domain/amounts/format.ts';
import { growth, minus } from '../../domain/amounts/money.ts';
import { useFormat, type Format } from '../../domain/amounts/use-format.ts';
import {
  adding,
  addingCompared,
  horizonName,
  lastMonth,
  shortMonth,
  type Filters,
  type TrackerAddress,
} from './dashboard.words.ts';

type Figure = {
  label: string;
  meaning: string;
  amount: string;
  filters: Filters;
  /** The same in the year before, and what it is called there: "FY25 to Sep". */
  before: string | undefined;
  then: string;
};

function figuresOf(report: Dashboard, isShare: boolean): Figure[] {
  const part = isShare ? ' share' : '';
  const { totals, previous, fy, horizon } = report;
  const name = horizonName(report);
  const year = `all of ${previous?.fy}`;
  const left = previous && minus(minus(previous.budget, previous.actual), previous.committed);
  const sameMonths = {
    date: `${previous?.fy} to ${lastMonth(report)}`,
    year,
    month: `${shortMonth(name)} of ${previous?.fy}`,
  };
  const compared = (label: string, meaning: string, what: 'budget' | 'actual'): Figure => ({
    ...{ label: `${label}${part}, ${name}`, meaning, amount: totals.compared[what], before: previous?.compared[what] },
    ...{ filters: addingCompared(horizon.kind, what), then: sameMonths[horizon.kind] },
  });
  const ofYear = (
    label: string,
    meaning: string,
    amount: string,
    before: string | null | undefined,
    filters: Filters,
  ) => ({
    ...{ label: `${label}${part}, ${fy}`, meaning, amount, before: before ?? undefined, filters, then: year },
  });
  return [
    compared('Budget', 'Planned for these months', 'budget'),
    compared('Actual', 'Spent in these months', 'actual'),
    ...(horizon.kind === 'year'
      ? []
      : [
          ofYear(
            'Budget',
            'Planned for the whole year',
            totals.budget,
            previous?.budget,
            adding('budget', ['committed']),
          ),
        ]),
    ofYear(
      'Committed',
      'Ordered, not yet invoiced',
      totals.committed,
      previous?.committed,
      adding('committed', ['budget']),
    ),
    ofYear(
      'Available',
      'Budget less actual and committed',
      totals.available,
      left,
      adding('available', ['budget', 'actual', 'committed'], '-budget'),
    ),
    {
      ...ofYear(
        'Outlook',
        'Actual to date and the budget of the months to come',
        totals.outlook,
        previous?.actual,
        adding('outlook', ['ytdActual', 'remainingBudget'], '-budget'),
      ),
      then: `the spending of ${previous?.fy}`,
    },
  ];
}

/** As many beside each other as there is room for: in full an amount may be long, and is never cut. */
const tiles = { display: 'flex', flexWrap: 'wrap', gap: 4, margin: 0 } as const;
const tile = { flex: { xs: '1 0 40%', sm: '1 0 28%', md: '1 0 14%' }, minWidth: 'max-content' } as const;
/** Its words take the width that the amount leaves them, in as many lines as they need. */
const words = { margin: 0, display: 'block', width: 0, minWidth: '100%' } as const;

type Props = { report: Dashboard; tracker: TrackerAddress; isShare: boolean };

export function Figures({ report, tracker, isShare }: Props) {
  const format = useFormat();
  return (
    <Box component="dl" sx={tiles}>
      {figuresOf(report, isShare).map(({ label, meaning, amount, before, then, filters }) => (
        <Box key={label} sx={tile}>
          <Typography component="dt" variant="caption" color="textSecondary" title={meaning}>
            {label}
          </Typography>
          <Typography component="dd" variant="h1" sx={{ margin: 0 }} title={format.exact(amount)}>
            <Link component={RouterLink} to={tracker(filters)} color="inherit">
              {format.amount(amount)}
            </Link>
          </Typography>
          <Typography component="dd" variant="caption" color="textSecondary" sx={words}>
            {changeSince(amount, before, then, format)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

/** Beyond it a percentage says less than the amount. */
const mostPercent = 500;

/** "8.2 % more than FY25 to Sep" */
function changeSince(amount: string, before: string | undefined, then: string, format: Format): string {
  if (before === undefined) return 'No year before it';
  const percent = growth(amount, before);
  if (percent === null) return `None in ${then}`;
  if (Number(percent) > mostPercent) return `${format.amount(before)} in ${then}`;
  const shown = format.percent(absolute(percent));
  if (/^(0\.0|<0\.1) /.test(shown)) return `As in ${then}`;
  return `${shown} ${percent.startsWith('-') ? 'less' : 'more'} than ${then}`;
}
