import type { ServiceMonths } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableFooter from '@mui/material/TableFooter';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { Amount, Variance } from '../../domain/amounts/amount.tsx';
import { DoubtDialog } from '../../domain/amounts/doubt-dialog.tsx';
import { MonthLock } from '../../domain/month-lock.tsx';
import { UnitOf } from '../../domain/lists/plain-table.tsx';
import { useYears } from '../../domain/calendar.queries.ts';
import { hasOpenMonth, refusalOf } from '../../domain/closed-months.ts';
import { minus, sum } from '../../domain/amounts/money.ts';
import { useMay } from '../../lib/session.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { AmountCell } from './amount-cell.tsx';
import { ClosedCell } from './closed-cell.tsx';
import { useMonthsEntry } from './use-months-entry.ts';
import type { useMonthsDraft } from './use-months-draft.ts';

type Edit = ReturnType<typeof useMonthsDraft>;
type Props = { saved: ServiceMonths; edit: Edit; isEditable: boolean };
type Month = ServiceMonths['months'][number];

export function MonthsTable({ saved, edit, isEditable }: Props) {
  const mayEditSoft = useMay()('soft-months.edit');
  const { problem, question, choose, enterMonths, enterYear } = useMonthsEntry(saved, edit, (month) =>
    refusalOf(month, mayEditSoft),
  );
  const { unit } = useFormat();
  const previousYear = usePreviousYear(saved.fy);
  const isToDate = ({ number }: Month) => number <= saved.reportedThrough;

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
                {index > 0 && <UnitOf name={unit.name} />}
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
              refusal={refusalOf(month, mayEditSoft)}
              isToDate={isToDate(month)}
              onEnter={enterMonths}
            />
          ))}
        </TableBody>
        <TableFooter>
          <YearRow saved={saved} edit={edit} isEditable={isEditable} onEnter={enterYear} />
        </TableFooter>
      </Table>
      <Typography variant="caption" color="textSecondary">
        Months to date are shaded.
      </Typography>
      {question && (
        <DoubtDialog
          lines={question.lines}
          count={question.likelier ? question.likelier.cells.length : question.lines.length}
          likelier={question.likelier?.unit}
          isReadable={!question.shown.problem}
          onShown={() => choose(question.shown)}
          onLikelier={() => choose(question.likelier)}
          onCancel={() => choose(undefined)}
        />
      )}
    </Box>
  );
}

type RowProps = Omit<Props, 'saved'> & {
  month: Month;
  /** Why this month cannot change. */
  refusal: string | null;
  isToDate: boolean;
  onEnter: (first: number, texts: string[]) => void;
};

function MonthRow({ month, refusal, edit, isEditable, isToDate, onEnter }: RowProps) {
  const format = useFormat();
  const { number, label, actual, previousActual } = month;
  const budget = edit.budgetOf(number);
  const isSpread = edit.draft?.year !== undefined && month.state === 'OPEN';
  return (
    <TableRow sx={{ bgcolor: isToDate ? 'action.hover' : 'transparent' }}>
      <TableCell component="th" scope="row" sx={{ whiteSpace: 'nowrap', fontWeight: 400 }}>
        {label}{' '}
        <Typography component="span" variant="caption" sx={{ display: { xs: 'block', sm: 'inline' } }}>
          <MonthLock month={month} isSaid />
        </Typography>
      </TableCell>
      <TableCell align="right" sx={{ width: 170, minWidth: 132 }}>
        {isSpread ? (
          <Typography variant="caption" color="textSecondary">
            spread on saving
          </Typography>
        ) : isEditable && refusal !== null ? (
          <ClosedCell label={`Budget ${label}`} value={format.inColumn(budget)} refusal={refusal} onMove={moveFocus} />
        ) : isEditable ? (
          <AmountCell
            label={`Budget ${label}`}
            value={budget}
            isChanged={edit.draft?.months[number] !== undefined}
            onEnter={(text) => onEnter(number, [text])}
            onPasteBlock={(cells) => onEnter(number, cells)}
            onMove={moveFocus}
          />
        ) : (
          <Amount value={budget} />
        )}
      </TableCell>
      <TableCell align="right">
        <Amount value={actual} />
      </TableCell>
      <TableCell align="right">
        {isToDate && !isSpread && <Variance value={minus(budget ?? '0', actual ?? '0')} />}
      </TableCell>
      <TableCell align="right" sx={{ color: 'text.secondary' }}>
        <Amount value={previousActual} />
      </TableCell>
    </TableRow>
  );
}

function YearRow({ saved, edit, isEditable, onEnter }: Props & { onEnter: (text: string) => void }) {
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
        {isEditable && hasOpenMonth(saved.months) ? (
          <AmountCell
            label={`Budget ${saved.fy}`}
            value={edit.year}
            isChanged={edit.draft?.year !== undefined}
            onEnter={onEnter}
            onMove={moveFocus}
          />
        ) : (
          <Amount value={edit.year} />
        )}
      </TableCell>
      <TableCell align="right">
        <Amount value={sum(saved.months.map(({ actual }) => actual))} />
      </TableCell>
      <TableCell align="right">{edit.draft?.year === undefined && <Variance value={variance} />}</TableCell>
      <TableCell align="right">
        <Amount value={sum(saved.months.map(({ previousActual }) => previousActual))} />
      </TableCell>
    </TableRow>
  );
}

function moveFocus(from: HTMLElement, step: 1 | -1) {
  const cells = [...(from.closest('table')?.querySelectorAll('input') ?? [])];
  cells[cells.indexOf(from as HTMLInputElement) + step]?.focus();
}

function usePreviousYear(fy: string): string {
  const years = useYears();
  const start = years.find(({ label }) => label === fy)?.startDate ?? '';
  return (
    years
      .filter(({ startDate }) => startDate < start)
      .sort((one, other) => (one.startDate < other.startDate ? 1 : -1))[0]?.label ?? 'the year before'
  );
}
