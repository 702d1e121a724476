import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import type { ReactNode } from 'react';
import { Link as RouterLink } from 'react-router-dom';
import { useFormat } from '../../domain/amounts/use-format.ts';

export type Bar = { key: string | number; label: string; to: string; budget: string; actual: string; note?: ReactNode };

const barHeight = 8;
/** Kept free at the end of the longest bar for its figure. */
const figureWidth = '10em';

/** Budget above actual, line by line, on one scale that starts at zero. A click anywhere on a line opens its list. */
export function BarList({ bars }: { bars: Bar[] }) {
  const largest = Math.max(0, ...bars.flatMap(({ budget, actual }) => [Number(budget), Number(actual)]));
  return (
    <Box component="ul" sx={list}>
      {bars.map(({ key, label, to, budget, actual, note }, index) => (
        <Box component="li" key={key} sx={line}>
          <Link component={RouterLink} to={to} color="inherit" noWrap title={label} sx={wholeLine}>
            {label}
          </Link>
          <Box sx={marks}>
            <Mark series="budget" amount={budget} largest={largest} name={index === 0 ? 'Budget' : ''} />
            <Mark series="actual" amount={actual} largest={largest} name={index === 0 ? 'Actual' : ''} />
          </Box>
          <Box sx={{ textAlign: 'right' }}>{note}</Box>
        </Box>
      ))}
    </Box>
  );
}

/** The lines share the columns, so that the widest note leaves all bars the same room. */
const list = {
  listStyle: 'none',
  margin: 0,
  padding: 0,
  display: 'grid',
  gridTemplateColumns: { xs: 'minmax(0, 1fr) auto', sm: '140px minmax(0, 1fr) auto' },
  columnGap: 3,
} as const;
const line = {
  position: 'relative',
  display: 'grid',
  gridTemplateColumns: 'subgrid',
  gridColumn: '1 / -1',
  alignItems: 'center',
  paddingBlock: 1,
  '&:hover': { bgcolor: 'action.hover' },
} as const;
/** On a phone they go below the name. */
const marks = { minWidth: 0, order: { xs: 1, sm: 0 }, gridColumn: { xs: '1 / -1', sm: 'auto' } } as const;
const wholeLine = { '&::after': { content: '""', position: 'absolute', inset: 0 } } as const;

type MarkProps = { series: 'budget' | 'actual'; amount: string; largest: number; name: string };

/** The figure stands at the end of its bar; the first line also names the two. */
function Mark({ series, amount, largest, name }: MarkProps) {
  const format = useFormat();
  const share = largest > 0 ? Math.max(0, Number(amount)) / largest : 0;
  const figure = `${name} ${format.short(amount)}`.trim();
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, lineHeight: 1 }}>
      <Box
        sx={{ bgcolor: `series.${series}`, height: barHeight, flexShrink: 0 }}
        style={{ width: `calc((100% - ${figureWidth}) * ${share})` }}
      />
      <Box
        component="span"
        title={format.exact(amount)}
        sx={{ typography: 'caption', lineHeight: 1.1, color: 'text.secondary', whiteSpace: 'nowrap' }}
      >
        <span className="visually-hidden">{name ? '' : series} </span>
        {figure}
      </Box>
    </Box>
  );
}
