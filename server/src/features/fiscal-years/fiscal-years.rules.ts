import { dayOf } from '../../lib/time.ts';

type Day = string;
export type Calendar = {
  label: string;
  startDate: Day;
  endDate: Day;
  periods: { number: number; startDate: Day; endDate: Day }[];
};

const day = (year: number, month: number, date: number): Day => dayOf(new Date(Date.UTC(year, month - 1, date)));

/** A year is named for the calendar year it ends in; with January as its first month it is the calendar year. */
export function endYearOf(date: Day, startMonth: number): number {
  const [year = 0, month = 0] = date.split('-').map(Number);
  return year + (startMonth > 1 && month >= startMonth ? 1 : 0);
}

export const periodOf = (date: Day, startMonth: number) => ((Number(date.slice(5, 7)) - startMonth + 12) % 12) + 1;

export const labelOf = (endYear: number) => `FY${String(endYear % 100).padStart(2, '0')}`;

/** The fiscal year that a day lies in, with its twelve months. */
export function calendarOf(date: Day, startMonth: number): Calendar {
  const endYear = endYearOf(date, startMonth);
  const startYear = startMonth > 1 ? endYear - 1 : endYear;
  const periods = Array.from({ length: 12 }, (_, index) => ({
    number: index + 1,
    startDate: day(startYear, startMonth + index, 1),
    endDate: day(startYear, startMonth + index + 1, 0),
  }));
  return {
    label: labelOf(endYear),
    startDate: day(startYear, startMonth, 1),
    endDate: day(startYear, startMonth + 12, 0),
    periods,
  };
}
