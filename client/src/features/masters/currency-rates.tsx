import { currencyEndpoints, type CurrencyRate } from '@opex/contracts/currencies';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import Button from '@mui/material/Button';
import NativeSelect from '@mui/material/NativeSelect';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { DataList } from '../../domain/lists/data-list.tsx';
import { rowMenuColumn } from '../../components/row-menu-column.tsx';
import { MonthLock } from '../../domain/month-lock.tsx';
import { fiscalYears } from '../../domain/fiscal-years.queries.ts';
import { choiceWord } from '../../domain/words/field-words.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { useFormat, type Format } from '../../domain/amounts/use-format.ts';
import { useMay } from '../../lib/session.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useAddress } from '../../lib/use-search-state.ts';
import { currencies, ratesKey } from './masters.queries.ts';
import { monthsOfRate } from './rate-months.tsx';
import { manyRatesPlace, RatesDialog } from './rates-dialog.tsx';
import { RateDialog, ratesPlace, type RateTask } from './rate-dialog.tsx';

export function CurrencyRates() {
  const may = useMay();
  const mayEdit = may('rates.edit');
  const { task, open, close } = useDialog<RateTask>(ratesPlace);
  const { data } = useQuery(currencies);
  const base = data?.baseCurrency ?? '';
  const years = useQuery(fiscalYears).data?.data;
  const { aligned } = useFormat();
  const columns = useMemo(
    () => columnsOf(base, years ?? [], aligned, mayEdit ? open : undefined),
    [base, years, aligned, mayEdit, open],
  );
  const many = useDialog<true>(manyRatesPlace);
  const add = mayEdit && (
    <>
      <Button variant="outlined" onClick={() => many.open(true)}>
        Paste rates
      </Button>
      <Button variant="contained" onClick={() => open({ verb: 'add' })}>
        Add rate
      </Button>
    </>
  );
  return (
    <>
      <DataList<CurrencyRate>
        endpoint={currencyEndpoints.rates}
        queryKey={ratesKey}
        label="Currency rates"
        columns={columns}
        defaultSort="-effectiveDate,currency"
        toolbar={
          <>
            <Filters />
            {add}
          </>
        }
        empty={{
          title: 'No rates here',
          hint: 'A document takes the latest rate that is not after its date.',
          action: add,
        }}
      />
      {many.task && <RatesDialog base={base} onClose={many.close} />}
      {task && <RateDialog task={task} base={base} onClose={close} />}
    </>
  );
}

function Filters() {
  const [params, change] = useAddress();
  const { data } = useQuery(currencies);
  return (
    <>
      <ToggleButtonGroup
        exclusive
        value={params.get('set') ?? ''}
        onChange={(_, set: string | null) => set !== null && change({ set, page: null })}
        aria-label="Set of rates"
      >
        <ToggleButton value="">All</ToggleButton>
        <ToggleButton value="PLAN">Plan</ToggleButton>
        <ToggleButton value="ACTUAL">Actual</ToggleButton>
      </ToggleButtonGroup>
      <NativeSelect
        value={params.get('currency') ?? ''}
        onChange={({ target }) => change({ currency: target.value, page: null })}
        inputProps={{ 'aria-label': 'Currency' }}
      >
        <option value="">All currencies</option>
        {data?.data.map(({ id, code }) => (
          <option key={id} value={id}>
            {code}
          </option>
        ))}
      </NativeSelect>
    </>
  );
}

const closedMonth = (rate: CurrencyRate, years: readonly FiscalYear[]) =>
  monthsOfRate(rate, years).find(({ state }) => state === 'CLOSED');
const isClosed = (rate: CurrencyRate, years: readonly FiscalYear[]) => closedMonth(rate, years) !== undefined;

/** The first closed month that was converted by it says since when. */
function ClosedLock({ rate, years }: { rate: CurrencyRate; years: readonly FiscalYear[] }) {
  const month = closedMonth(rate, years);
  return month ? <MonthLock month={month} /> : null;
}

function columnsOf(
  base: string,
  years: readonly FiscalYear[],
  aligned: Format['aligned'],
  start: ((task: RateTask) => void) | undefined,
): GridColDef<CurrencyRate>[] {
  const columns: GridColDef<CurrencyRate>[] = [
    {
      field: 'effectiveDate',
      headerName: 'From',
      width: 150,
      renderCell: ({ row }) => (
        <>
          {formatDate(row.effectiveDate)} <ClosedLock rate={row} years={years} />
        </>
      ),
    },
    { field: 'currency', headerName: 'Currency', width: 110 },
    { field: 'set', headerName: 'Set', width: 110, valueFormatter: (set: string) => choiceWord(set) },
    {
      field: 'rate',
      headerName: `${base} for one`,
      flex: 1,
      // Nine digits, and ten after the point.
      minWidth: 200,
      maxWidth: 240,
      align: 'right',
      headerAlign: 'right',
      renderCell: ({ api, value }) => {
        const page = [...api.getRowModels().values()] as CurrencyRate[];
        return aligned(
          page.map(({ rate }) => rate),
          2,
        )(value as string);
      },
    },
  ];
  if (!start) return columns;
  const menu = rowMenuColumn<CurrencyRate>(
    ({ currency, effectiveDate }) => `${currency} of ${formatDate(effectiveDate)}`,
    (rate) =>
      isClosed(rate, years)
        ? []
        : [
            { label: 'Correct', run: () => start({ verb: 'correct', rate }) },
            { label: 'Delete', run: () => start({ verb: 'delete', rate }) },
          ],
  );
  return [...columns, menu];
}
