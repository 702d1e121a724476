import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { importKinds, isImportField, type LoadedKind } from '@opex/contracts/import-kinds';
import type { RejectedCell } from '@opex/contracts/imports';
import type { ImportColumn, MonthNumbering } from '@opex/contracts/import-findings';
import type { ImportQuestion } from '@opex/contracts/imports';
import { columnName } from '../../workbooks/cells.ts';
import { type Header, type Meaning, meaningOf } from './headers.rules.ts';

/** What a person has chosen, beside what the headers say. */
export type Choices = {
  fy?: string | undefined;
  months?: MonthNumbering | undefined;
  columns?: Record<string, string | null> | undefined;
};
export type Columns = {
  columns: ImportColumn[];
  /** Field by column, counted from 0. */
  fields: Record<number, string>;
  fy: string | undefined;
  asks: ImportQuestion[];
  /** What is wrong with the headers or the choice itself. */
  problem?: string;
};

export type Year = Pick<FiscalYear, 'label' | 'startDate' | 'endDate' | 'periods'>;
/** How a cell of a field is read. */
export type ReadAs = 'uid' | 'text' | 'amount' | 'number' | 'day' | 'month' | 'nothing';
/**
 * A row as it is meant. Without a value: the cell is blank and changes nothing. Null: it says CLEAR. A month is `2025-04`, `04` where
 * its name says no year, `P01` as the first of a year, and `#4` where it is only a number.
 */
export type FileRow = {
  number: number;
  texts: string[];
  isTotal: boolean;
  uid: string;
  values: Record<string, string | null>;
  rejected: RejectedCell[];
};
export type Context = {
  year: Year | undefined;
  months: MonthNumbering | undefined;
  entities: Entities;
  /** All that headers name, in plain words. */
  named: ReadonlySet<string>;
};
export type Entities = {
  /** Which one a name in the file means. */
  idOf(name: string): number | undefined;
  nameOf(id: number): string | undefined;
};
/** What the columns of a kind are. */
export interface ColumnRules {
  fieldOf(meaning: Meaning, context: Context, header: string): string | undefined;
  useOf(field: string, taken: ReadonlySet<string>): ImportColumn['use'];
  titleOf(field: string, context: Context): string;
  readAs(field: string): ReadAs;
  /** Whether its rows are about more than one year. */
  isOfNoYear?: true;
  /** The entity that a header names. */
  entityIn?(meaning: Meaning, header: string): string | undefined;
  /** Whether there is enough to load anything. */
  isEnough(taken: ReadonlySet<string>): boolean;
}

/** A -> 0, Z -> 25, AA -> 26. */
export const columnNumber = (letters: string) =>
  Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;

export const labelOf = (endYear: number) => `FY${String(endYear % 100).padStart(2, '0')}`;

/** The year that the headers name: by "FY26 Budget", or by months with a year. Undefined where they name none, or several. */
function yearNamed(headers: readonly Header[], years: readonly Year[], fileName: string): string | undefined {
  const labels = new Set(
    headers.flatMap((header) => {
      const meaning = meaningOf(header);
      if (!('year' in meaning)) return [];
      if (!('month' in meaning)) return 'digits' in meaning ? [] : [labelOf(meaning.year)];
      const day = `${meaning.year}-${String(meaning.month).padStart(2, '0')}-01`;
      const year = years.find(({ startDate, endDate }) => startDate <= day && day <= endDate);
      return year ? [year.label] : [];
    }),
  );
  if (labels.size === 0) {
    const [, said] = /fy ?((?:20)?\d\d)(?!\d)/i.exec(fileName) ?? [];
    if (said) labels.add(labelOf(Number(said)));
  }
  return labels.size === 1 ? [...labels][0] : undefined;
}

type Sheet = { kind: LoadedKind; headers: readonly Header[] };
type Surroundings = { years: readonly Year[]; fileName: string; entities: Entities };

/** What each column of a sheet is: as it was chosen, or as its header says. */
export function planColumns(
  rules: ColumnRules,
  { kind, headers }: Sheet,
  { years, fileName, entities }: Surroundings,
  choices: Choices,
): Columns {
  const fy = choices.fy ?? yearNamed(headers, years, fileName);
  const year = years.find(({ label }) => label === fy);
  const named = new Set(headers.map(meaningOf).flatMap((meaning) => (meaning.is === 'named' ? [meaning.name] : [])));
  const context: Context = { year, entities, months: choices.months, named };
  const fields: Record<number, string> = {};
  const taken = new Set<string>();
  const chosen = choices.columns ?? {};
  const wrong = Object.values(chosen).find((field) => field !== null && !isImportField(kind, field));
  const choose = (column: number, field: string | undefined) => {
    if (!field || taken.has(field)) return;
    fields[column] = field;
    taken.add(field);
  };
  for (const [letters, field] of Object.entries(chosen)) choose(columnNumber(letters), field ?? undefined);
  const unsaid = headers.filter(({ column }) => !Object.hasOwn(chosen, columnName(column)));
  for (const header of unsaid) choose(header.column, rules.fieldOf(meaningOf(header), context, header.text));
  const columns = headers.map((header): ImportColumn => {
    const column = columnName(header.column);
    const field = fields[header.column] ?? null;
    const isLeft = Object.hasOwn(chosen, column) && field === null;
    return {
      column,
      header: header.text,
      field,
      use: field === null ? (isLeft ? 'left' : 'unknown') : rules.useOf(field, taken),
      title: field === null ? null : rules.titleOf(field, context),
    };
  });
  const asksMonths = !choices.months && unsaid.some((header) => 'digits' in meaningOf(header));
  const noMonth = unsaid.find((header) => isNoMonth(meaningOf(header)));
  return {
    columns,
    fields,
    fy,
    asks: [
      ...(year || rules.isOfNoYear ? [] : ['fy' as const]),
      ...(asksMonths ? ['months' as const] : []),
      ...((year || rules.isOfNoYear) && !asksMonths && !rules.isEnough(taken) ? ['columns' as const] : []),
    ],
    ...(wrong && {
      problem: `No column of a file of the kind "${importKinds[kind].title}" can be taken for "${wrong}"`,
    }),
    ...(noMonth && {
      problem: `Column ${columnName(noMonth.column)} says "${noMonth.text}", and there is no such month`,
    }),
    ...(fy && !year && { problem: `There is no fiscal year ${fy} here` }),
  };
}

const isNoMonth = (meaning: Meaning) => 'digits' in meaning && (meaning.digits < 1 || meaning.digits > 12);

/** The number in its year of a month by its name, where it is one of the year. */
export function periodOf({ month, year: said }: { month: number; year?: number }, year: Year | undefined) {
  const period = year?.periods.find(({ startDate }) => Number(startDate.slice(5, 7)) === month);
  const isOfYear = said === undefined || said === Number(period?.startDate.slice(0, 4));
  return isOfYear ? period?.number : undefined;
}

export const monthTitle = (number: number, year: Year | undefined) =>
  year?.periods.find((period) => period.number === number)?.label ?? `Month ${number}`;
