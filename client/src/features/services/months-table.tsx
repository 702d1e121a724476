import type { ServiceMonths } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableFooter from '@mui/material/TableFooter';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Variance } from '../../components/amount.tsx';
import { parseAmount } from '../../lib/amount-entry.ts';
import { fiscalYears } from '../../lib/calendar.ts';
import { minus, sum } from '../../lib/money.ts';
import { useFormat } from '../../lib/use-format.ts';
import { AmountCell } from './amount-cell.tsx';
import type { useMonthsDraft } from './use-months-draft.ts';

type Edit = ReturnType<typeof useMonthsDraft>;
type Props = { saved: ServiceMonths; edit: Edit; isEditable: boolean };
type Month = ServiceMonths['months'][number];

const stateWords: Record<string, string> = { OPEN: '', SOFT: 'Closing', CLOSED: 'Closed' };

export function MonthsTable({ saved, edit, isEditable }: Props) {
  const [problem, setProblem] = useState('');
  const previousYear = usePreviousYear(saved.fy);
  const isToDate = ({ number }: Month) => number <= saved.reportedThrough;

  function pasteAt(first: number, cells: string[]) {
    const entered = cells.slice(0, saved.months.length - first + 1).map((cell, index) => {
      const number = first + index;
      return { number, ...parseAmount(cell, edit.budgetOf(number)) };
    });
    const wrong = entered.find(({ ok }) => !ok);
    setProblem(
      wrong && !wrong.ok ? `${saved.months[wrong.number - 1]?.label}: ${wrong.message}. Nothing was pasted.` : '',
    );
    if (!wrong) edit.setMonths(Object.fromEntries(entered.map((cell) => [cell.number, cell.ok ? cell.value : null])));
  }

  return (
    <Box sx={{ overflowX: 'auto', position: 'relative', maxWidth: 900 }}>
      {problem && (
        <Typography role="alert" color="error">
          {problem}
        </Typography>
      )}
      <Table
        aria-label={`Months of ${saved.fy}`}
        sx={{ '& td, & th': { paddingBlock: 0.5, paddingInline: 1.5, height: 32, fontSize: 13 } }}
      >
        <TableHead>
          <TableRow>
            {['Month', 'Budget', 'Actual', 'Variance to date', `Actual ${previousYear}`].map((label, index) => (
              <TableCell
                key={label}
                align={index === 0 ? 'left' : 'right'}
                sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}
              >
                {label}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {saved.months.map((month) => (
            <MonthRow
              key={month.number}
              month={month}
              edit={edit}
              isEditable={isEditable}
              isToDate={isToDate(month)}
              onPaste={pasteAt}
            />
          ))}
        </TableBody>
        <TableFooter>
          <YearRow saved={saved} edit={edit} isEditable={isEditable} />
        </TableFooter>
      </Table>
      <Typography variant="caption" color="textSecondary">
        Months to date are shaded.
      </Typography>
    </Box>
  );
}

type RowProps = Omit<Props, 'saved'> & {
  month: Month;
  isToDate: boolean;
  onPaste: (first: number, cells: string[]) => void;
};

function MonthRow({ month, edit, isEditable, isToDate, onPaste }: RowProps) {
  const format = useFormat();
  const { number, label, state, actual, previousActual } = month;
  const budget = edit.budgetOf(number);
  const isSpread = edit.draft?.year !== undefined;
  return (
    <TableRow sx={{ bgcolor: isToDate ? 'action.hover' : 'transparent' }}>
      <TableCell component="th" scope="row" sx={{ whiteSpace: 'nowrap', fontWeight: 400 }}>
        {label}
        {stateWords[state] && (
          <Typography component="span" variant="caption" color="textSecondary">
            {` ${stateWords[state]}`}
          </Typography>
        )}
      </TableCell>
      <TableCell align="right" sx={{ width: 170, minWidth: 132 }}>
        {isSpread ? (
          <Typography variant="caption" color="textSecondary">
            spread on saving
          </Typography>
        ) : isEditable ? (
          <AmountCell
            label={`Budget ${label}`}
            value={budget}
            isChanged={edit.draft?.months[number] !== undefined}
            onChange={(amount) => edit.setMonths({ [number]: amount })}
            onPasteBlock={(cells) => onPaste(number, cells)}
            onMove={moveFocus}
          />
        ) : (
          format.exact(budget)
        )}
      </TableCell>
      <TableCell align="right">{format.exact(actual)}</TableCell>
      <TableCell align="right">
        {isToDate && !isSpread && <Variance value={minus(budget ?? '0', actual ?? '0')} />}
      </TableCell>
      <TableCell align="right" sx={{ color: 'text.secondary' }}>
        {format.exact(previousActual)}
      </TableCell>
    </TableRow>
  );
}

function YearRow({ saved, edit, isEditable }: Props) {
  const format = useFormat();
  const toDate = saved.months.filter(({ number }) => number <= saved.reportedThrough);
  const variance = minus(
    sum(toDate.map(({ number }) => edit.budgetOf(number))),
    sum(toDate.map(({ actual }) => actual)),
  );
  return (
    <TableRow sx={{ '& > .MuiTableCell-root': { color: 'text.primary', fontWeight: 600 } }}>
      <TableCell component="th" scope="row">
        Year
      </TableCell>
      <TableCell align="right">
        {isEditable ? (
          <AmountCell
            label={`Budget ${saved.fy}`}
            value={edit.year}
            isChanged={edit.draft?.year !== undefined}
            onChange={edit.setYear}
            onMove={moveFocus}
          />
        ) : (
          format.exact(edit.year)
        )}
      </TableCell>
      <TableCell align="right">{format.exact(sum(saved.months.map(({ actual }) => actual)))}</TableCell>
      <TableCell align="right">{edit.draft?.year === undefined && <Variance value={variance} />}</TableCell>
      <TableCell align="right">{format.exact(sum(saved.months.map(({ previousActual }) => previousActual)))}</TableCell>
    </TableRow>
  );
}

function moveFocus(from: HTMLElement, step: 1 | -1) {
  const cells = [...(from.closest('table')?.querySelectorAll('input') ?? [])];
  cells[cells.indexOf(from as HTMLInputElement) + step]?.focus();
}

function usePreviousYear(fy: string): string {
  const years = useQuery(fiscalYears).data?.data ?? [];
  const start = years.find(({ label }) => label === fy)?.startDate ?? '';
  return (
    years
      .filter(({ startDate }) => startDate < start)
      .sort((one, other) => (one.startDate < other.startDate ? 1 : -1))[0]?.label ?? 'the year before'
  );
}
