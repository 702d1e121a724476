import type { RateBody } from '@opex/contracts/currencies';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { fiscalYears } from '../../domain/calendar.ts';
import { refusalOf } from '../../domain/closed-months.ts';
import { useMay } from '../../lib/session.ts';

type Rate = Pick<RateBody, 'set' | 'effectiveDate'>;

/** An actual rate is of its month, a plan rate of its whole year. */
export function monthsOfRate({ set, effectiveDate }: Rate, years: readonly FiscalYear[]) {
  const year = years.find(({ startDate, endDate }) => startDate <= effectiveDate && effectiveDate <= endDate);
  const periods = year?.periods ?? [];
  if (set === 'PLAN') return periods;
  return periods.filter(({ startDate, endDate }) => startDate <= effectiveDate && effectiveDate <= endDate);
}

/** Whether the months of a rate let it change, and whether they ask why. */
export function useRateMonths(rate: Rate) {
  const years = useQuery(fiscalYears).data?.data ?? [];
  const mayEditSoft = useMay()('soft-months.edit');
  const months = monthsOfRate(rate, years);
  const refusal = months.map((month) => refusalOf(month, mayEditSoft)).find((words) => words !== null) ?? null;
  const soft = months.filter(({ state }) => state === 'SOFT');
  return {
    refusal,
    soft,
    /** Why it cannot be saved; null when it can. */
    missing: (reason: string) => {
      if (refusal !== null) return 'This month cannot be changed';
      return soft.length === 0 || reason.trim().length >= 3 ? null : 'Reason: use at least 3 characters';
    },
    said: (reason: string) => (soft.length > 0 ? { reason: reason.trim() } : {}),
  };
}

type Props = { state: ReturnType<typeof useRateMonths>; value: string; onChange: (reason: string) => void };

/** Asks why a month that is being closed still changes; says when a month is closed. */
export function LateReason({ state: { refusal, soft }, value, onChange }: Props) {
  if (refusal !== null)
    return (
      <Typography role="alert" color="error">
        {refusal}
      </Typography>
    );
  if (soft.length === 0) return null;
  return (
    <TextField
      label="Reason"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      helperText={`${soft.map(({ label }) => label).join(', ')} is being closed; at least 3 characters`}
      slotProps={{ htmlInput: { maxLength: 500 } }}
    />
  );
}
