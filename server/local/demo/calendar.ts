/** A calendar date as text, YYYY-MM-DD. */
export type Day = string;

export interface Period {
  id: number;
  number: number;
  start: Day;
  end: Day;
}

export interface FiscalYear {
  id: number;
  label: string;
  start: Day;
  end: Day;
  /** Completed months at the day the company is looked at. */
  reportedThrough: number;
  periods: Period[];
}

const monthsOfYear = Array.from({ length: 12 }, (_, index) => index);

/** The April-to-March year that contains `asOf` and the two before it. */
export function fiscalYears(asOf: Day): FiscalYear[] {
  const [year, month] = partsOf(asOf);
  const startYear = month >= 4 ? year : year - 1;
  return [startYear - 2, startYear - 1, startYear].map((start, index) => ({
    id: index + 1,
    label: `FY${String((start + 1) % 100).padStart(2, '0')}`,
    start: day(start, 4, 1),
    end: day(start + 1, 4, 0),
    reportedThrough: start < startYear ? 12 : (month + 8) % 12,
    periods: monthsOfYear.map((offset) => ({
      id: index * 12 + offset + 1,
      number: offset + 1,
      start: day(start, 4 + offset, 1),
      end: day(start, 5 + offset, 0),
    })),
  }));
}

/** Month and day may overflow, as in the 0th day of a month for the last one before it. */
export function day(year: number, month: number, date: number): Day {
  return new Date(Date.UTC(year, month - 1, date)).toISOString().slice(0, 10);
}

export function addDays(from: Day, days: number): Day {
  const [year, month, date] = partsOf(from);
  return day(year, month, date + days);
}

export function addYears(from: Day, years: number): Day {
  const [year, month, date] = partsOf(from);
  return day(year + years, month, date);
}

export const isDay = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;

export function today(): Day {
  const now = new Date();
  return day(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

function partsOf(text: Day): [year: number, month: number, date: number] {
  return [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))];
}

/** The label of the year that today lies in. */
export const currentYear = () => fiscalYears(new Date().toISOString().slice(0, 10)).at(-1)?.label ?? '';
