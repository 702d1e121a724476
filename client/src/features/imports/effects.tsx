import type { ImportEffects } from '@opex/contracts/imports';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Amount } from '../../domain/amounts/amount.tsx';
import { compare, isZero, minus, sum } from '../../domain/amounts/money.ts';
import { PlainTable } from '../../domain/lists/plain-table.tsx';

type Line = { name: string; before: string; after: string };

/** A measure of the year before and after, by tower and by entity. */
export function Effects({ effects: { fy, measure, total, towers, entities } }: { effects: ImportEffects }) {
  const what = measure === 'budget' ? 'Budget' : 'Actual';
  return (
    <Box component="section" aria-label={`${what} ${fy}`} sx={{ paddingBlockStart: 2 }}>
      <Typography variant="h3" component="h2">
        {what} {fy}
      </Typography>
      <Box
        sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' }, gap: 4 }}
      >
        <Before label={`${fy} ${measure} by tower`} first="Tower" lines={towers} total={total} />
        <Before label={`${fy} ${measure} by entity`} first="Entity" lines={entities} total={total} />
      </Box>
    </Box>
  );
}

type Props = { label: string; first: string; lines: readonly Line[]; total: Omit<Line, 'name'> };

/** It ends in the total of the year: what does not change is one line of its own. */
function Before({ label, first, lines, total }: Props) {
  const others = minus(total.before, sum(lines.map(({ before }) => before)));
  const rows = isZero(others) ? lines : [...lines, { name: 'All others', before: others, after: others }];
  return (
    <PlainTable
      label={label}
      rows={rows}
      keyOf={({ name }) => name}
      columns={[
        { label: first, isText: true, cell: ({ name }) => name, total: 'Total' },
        {
          label: 'Before',
          isAmount: true,
          cell: ({ before }) => <Amount value={before} />,
          total: <Amount value={total.before} />,
        },
        {
          label: 'After',
          isAmount: true,
          cell: ({ after }) => <Amount value={after} />,
          total: <Amount value={total.after} />,
        },
        {
          label: 'Difference',
          isAmount: true,
          cell: (line) => <Difference {...line} />,
          total: <Difference {...total} />,
        },
      ]}
    />
  );
}

/** With its sign, for a plus says more than nothing. */
export function Difference({ before, after }: { before: string | null; after: string | null }) {
  const difference = minus(after ?? '0.00', before ?? '0.00');
  return (
    <>
      {compare(difference, '0.00') > 0 && '+'}
      <Amount value={difference} />
    </>
  );
}
