import type { Dashboard } from '@opex/contracts/reports';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { Link as RouterLink } from 'react-router-dom';
import { absolute } from '../../domain/amounts/format.ts';
import { growth, minus } from '../../domain/amounts/money.ts';
import { useFormat, type Format } from '../../domain/amounts/use-format.ts';
import type { Filters, TrackerAddress } from './dashboard.words.ts';

type Figure = { label: string; meaning: string; amount: string; before: string | undefined; filters: Filters };

function figuresOf({ totals, previous, fy }: Dashboard): Figure[] {
  const left = previous && minus(minus(previous.budget, previous.actual), previous.committed);
  const figure = (label: string, meaning: string, amount: string, before: string | null | undefined, sort: string) => ({
    label,
    meaning,
    amount,
    before: before ?? undefined,
    filters: { sort },
  });
  return [
    figure('Budget', `All of ${fy}`, totals.budget, previous?.budget, '-budget'),
    figure('Actual', 'Spent to date', totals.ytdActual, previous?.ytdActual, '-ytdActual'),
    figure('Committed', 'Ordered, not yet invoiced', totals.committed, previous?.committed, '-committed'),
    figure('Available', 'Budget less actual and committed', totals.available, left, '-variance'),
    figure(
      'Outlook',
      'Actual to date and the budget of the months to come',
      totals.outlook,
      previous?.actual,
      '-actual',
    ),
  ];
}

/** As many beside each other as there is room for: in full an amount may be long, and is never cut. */
const tiles = { display: 'flex', flexWrap: 'wrap', gap: 4, margin: 0 } as const;
const tile = { flex: { xs: '1 0 40%', sm: '1 0 28%', md: '1 0 16%' }, minWidth: 'max-content' } as const;

export function Figures({ report, tracker }: { report: Dashboard; tracker: TrackerAddress }) {
  const format = useFormat();
  return (
    <Box component="dl" sx={tiles}>
      {figuresOf(report).map(({ label, meaning, amount, before, filters }) => (
        <Box key={label} sx={tile}>
          <Typography component="dt" variant="caption" color="textSecondary" title={meaning}>
            {label}
          </Typography>
          <Typography component="dd" variant="h1" sx={{ margin: 0 }} title={format.exact(amount)}>
            <Link component={RouterLink} to={tracker(filters)} color="inherit">
              {format.amount(amount)}
            </Link>
          </Typography>
          <Typography component="dd" variant="caption" color="textSecondary" sx={{ margin: 0 }}>
            {changeSince(amount, before, report.previous?.fy, format)}
          </Typography>
        </Box>
      ))}
    </Box>
  );
}

/** Beyond it a percentage says less than the amount. */
const mostPercent = 500;

/** "8.2 % more than FY25" */
function changeSince(amount: string, before: string | undefined, year: string | undefined, format: Format): string {
  if (before === undefined || year === undefined) return 'No year before it';
  const percent = growth(amount, before);
  if (percent === null) return `${year} had none`;
  if (Number(percent) > mostPercent) return `${format.amount(before)} in ${year}`;
  const shown = format.percent(absolute(percent));
  if (/^(0\.0|<0\.1) /.test(shown)) return `As in ${year}`;
  return `${shown} ${percent.startsWith('-') ? 'less' : 'more'} than ${year}`;
}
