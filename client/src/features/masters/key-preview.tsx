import { movedMeasures, type KeyPreview, type MovedMeasure } from '@opex/contracts/allocation-keys';
import Box from '@mui/material/Box';
import Stack from '@mui/material/Stack';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { isSame } from '../../domain/amounts/money.ts';
import { useBaseCurrency } from '../../domain/calendar.queries.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { counted } from '../../domain/words/counted.ts';

type Year = KeyPreview['years'][number];
type Row = Year['entities'][number];

const measureWords: Record<MovedMeasure, string> = { budget: 'Budget', actual: 'Actual', committed: 'Committed' };

/** What a change would move between entities: now, afterwards, and the difference, to the paisa. */
export function KeyPreviewTables({ preview }: { preview: KeyPreview }) {
  const [measure, setMeasure] = useState<MovedMeasure>('budget');
  const currency = useBaseCurrency();
  const { services, changedServices, years, softMonths } = preview;
  if (years.length === 0)
    return <Typography>No share changes: {counted(services, 'service')} with this key keep what they have.</Typography>;
  return (
    <Stack spacing={3}>
      <Typography>
        The shares of {counted(changedServices, 'service')} change; this key is used by {counted(services, 'service')}{' '}
        in all. Totals stay the same. Amounts in {currency}.
      </Typography>
      {softMonths.length > 0 && (
        <Typography sx={{ color: 'warning.main' }}>
          {softMonths.join(', ')} {softMonths.length === 1 ? 'is' : 'are'} being closed and would change too.
        </Typography>
      )}
      {years.some(({ entities }) => entities.some(isNobodys)) && (
        <Typography role="alert" sx={{ color: 'adverse.main' }}>
          Some of it would fall on nobody: a value above zero is missing.
        </Typography>
      )}
      <ToggleButtonGroup
        exclusive
        value={measure}
        onChange={(_, next: MovedMeasure | null) => next && setMeasure(next)}
        aria-label="What is shared"
      >
        {movedMeasures.map((name) => (
          <ToggleButton key={name} value={name}>
            {measureWords[name]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {years.map((year) => (
        <YearTable key={year.fy} year={year} measure={measure} />
      ))}
    </Stack>
  );
}

const isNobodys = ({ entityId, ...row }: Row) =>
  entityId === null && movedMeasures.some((measure) => !isSame(row[measure].then, '0'));

function YearTable({ year, measure }: { year: Year; measure: MovedMeasure }) {
  const format = useFormat();
  const currency = useBaseCurrency();
  const total = year.totals[measure];
  const amount = (label: string, of: 'now' | 'then') => ({
    label,
    isAmount: true,
    cell: (row: Row) => format.exact(row[measure][of]),
    total: format.exact(total[of]),
  });
  return (
    <Box>
      <Typography variant="h3">
        {year.fy}, {measureWords[measure].toLowerCase()}
      </Typography>
      <PlainTable
        label={`${measureWords[measure]} of ${year.fy} by entity`}
        rows={year.entities}
        keyOf={({ entityId }) => entityId ?? 'nobody'}
        unit={currency}
        columns={[
          {
            label: 'Entity',
            cell: ({ entityId, entity }) =>
              entityId === null ? (
                <Box component="span" sx={{ color: 'adverse.main', fontWeight: 600 }}>
                  {entity}
                </Box>
              ) : (
                entity
              ),
            total: 'All entities',
          },
          amount('Now', 'now'),
          amount('Then', 'then'),
          {
            label: 'Difference',
            isAmount: true,
            cell: (row: Row) => signed(row[measure].difference, format.exact),
            total: signed(total.difference, format.exact),
          },
        ]}
      />
    </Box>
  );
}

const signed = (amount: string, exact: (amount: string) => string) =>
  isSame(amount, '0') || amount.startsWith('-') ? exact(amount) : `+${exact(amount)}`;
