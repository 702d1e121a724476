import type { RateBody } from '@opex/contracts/currencies';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import Typography from '@mui/material/Typography';
import type { Path } from 'react-hook-form';
import { FormField } from '../../components/form/form-field.tsx';
import type { ContractForm } from '../../components/form/use-contract-form.ts';
import { useYears } from '../../domain/calendar.queries.ts';
import { refusalOf } from '../../domain/closed-months.ts';
import { useMay } from '../../lib/session.ts';

type Rate = Pick<RateBody, 'set' | 'effectiveDate'>;

/** An actual rate is of its month, a plan rate of its whole year. */
export function monthsOfRate({ set, effectiveDate }: Rate, years: readonly FiscalYear[]) {
  const holdsIt = ({ startDate, endDate }: { startDate: string; endDate: string }) =>
    startDate <= effectiveDate && effectiveDate <= endDate;
  const periods = years.find(holdsIt)?.periods ?? [];
  return set === 'PLAN' ? periods : periods.filter(holdsIt);
}

/** Whether the months of a rate let it change, and which of them ask why. */
export function useRateMonths() {
  const years = useYears();
  const mayEditSoft = useMay()('soft-months.edit');
  return (rate: Rate) => {
    const months = monthsOfRate(rate, years);
    const soft = months.filter(({ state }) => state === 'SOFT');
    return {
      refusal: months.map((month) => refusalOf(month, mayEditSoft)).find((words) => words !== null) ?? null,
      soft,
      /** The part of the request that gives a reason, if the month asks for one. */
      said: (reason: string) => (soft.length > 0 ? { reason } : {}),
    };
  };
}

type Late = { reason: string };
type Props<Draft extends Late, Body> = {
  state: ReturnType<ReturnType<typeof useRateMonths>>;
  form: ContractForm<Draft, Body>;
};

/** Asks why a month that is being closed still changes; says when a month is closed. */
export function LateReason<Draft extends Late, Body>({ state: { refusal, soft }, form }: Props<Draft, Body>) {
  if (refusal !== null)
    return (
      <Typography role="alert" color="error">
        {refusal}
      </Typography>
    );
  if (soft.length === 0) return null;
  return (
    <FormField
      form={form}
      name={'reason' as Path<Draft>}
      helperText={`${soft.map(({ label }) => label).join(', ')} is being closed; at least 3 characters`}
    />
  );
}
