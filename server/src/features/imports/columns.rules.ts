import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { importFields, type LoadedKind } from '@opex/contracts/import-kinds';
import type { ImportColumn } from '@opex/contracts/imports';
import { columnName } from '../../workbooks/cells.ts';
import { type Header, meaningOf, names } from './headers.rules.ts';

/** What a person has chosen, beside what the headers say. */
export type Choices = { fy?: string | undefined; columns?: Record<string, string | null> | undefined };
export type Columns = {
  columns: ImportColumn[];
  /** Field by column, counted from 0. */
  fields: Record<number, string>;
  fy: string | undefined;
  asks: ('columns' | 'fy')[];
  /** What is wrong with the choice itself. */
  problem?: string;
};

type Year = Pick<FiscalYear, 'label' | 'startDate' | 'endDate' | 'periods'>;

/** A -> 0, Z -> 25, AA -> 26. */
export const columnNumber = (letters: string) =>
  Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0) - 1;

const labelOf = (endYear: number) => `FY${String(endYear % 100).padStart(2, '0')}`;

/** The year that the headers name: by "FY26 Budget", or by months with a year. Undefined where they name none, or several. */
function yearNamed(headers: readonly Header[], years: readonly Year[], fileName: string): string | undefined {
  const labels = new Set(
    headers.flatMap((header) => {
      const meaning = meaningOf(header);
      if (meaning.is === 'budget' && meaning.year !== undefined) return [labelOf(meaning.year)];
      if (meaning.is !== 'month' || meaning.year === undefined) return [];
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

/** What each column of a budget is. */
export function planColumns(
  kind: LoadedKind,
  headers: readonly Header[],
  years: readonly Year[],
  fileName: string,
  choices: Choices,
): Columns {
  const fy = choices.fy ?? yearNamed(headers, years, fileName);
  const year = years.find(({ label }) => label === fy);
  const fields: Record<number, string> = {};
  const taken = new Set<string>();
  const chosen = choices.columns ?? {};
  const wrong = Object.entries(chosen).find(([, field]) => field !== null && !Object.hasOwn(importFields[kind], field));
  const choose = (column: number, field: string | undefined) => {
    if (!field || taken.has(field)) return;
    fields[column] = field;
    taken.add(field);
  };
  for (const [letters, field] of Object.entries(chosen)) choose(columnNumber(letters), field ?? undefined);
  for (const header of headers)
    if (!Object.hasOwn(chosen, columnName(header.column))) choose(header.column, fieldOf(header, year));
  const columns = headers.map((header): ImportColumn => {
    const column = columnName(header.column);
    const field = fields[header.column] ?? null;
    const isLeft = Object.hasOwn(chosen, column) && field === null;
    return {
      column,
      header: header.text,
      field,
      use: field === null ? (isLeft ? 'left' : 'unknown') : useOf(field, taken),
      title: field === null ? null : titleOf(field, year),
    };
  });
  const hasAmounts = [...taken].some((field) => field === 'budget' || field.startsWith('month'));
  return {
    columns,
    fields,
    fy,
    asks: [
      ...(year ? [] : ['fy' as const]),
      ...(year && (!taken.has('uid') || !hasAmounts) ? ['columns' as const] : []),
    ],
    ...(wrong && { problem: `No column of a budget can be taken for "${wrong[1]}"` }),
    ...(fy && !year && { problem: `There is no fiscal year ${fy} here` }),
  };
}

function fieldOf(header: Header, year: Year | undefined): string | undefined {
  const meaning = meaningOf(header);
  switch (meaning.is) {
    case 'named':
      return names.isUid(meaning.name) ? 'uid' : names.isDescription(meaning.name) ? 'description' : undefined;
    case 'period':
      return `month${meaning.number}`;
    case 'month': {
      const period = year?.periods.find(({ startDate }) => Number(startDate.slice(5, 7)) === meaning.month);
      const isOfYear = meaning.year === undefined || meaning.year === Number(period?.startDate.slice(0, 4));
      return period && isOfYear ? `month${period.number}` : undefined;
    }
    case 'budget':
      return meaning.year === undefined || labelOf(meaning.year) === year?.label ? 'budget' : undefined;
    default:
      return undefined;
  }
}

function useOf(field: string, taken: ReadonlySet<string>): ImportColumn['use'] {
  if (field === 'description') return 'read';
  const hasMonths = [...taken].some((one) => one.startsWith('month'));
  return field === 'budget' && hasMonths ? 'control' : 'taken';
}

export function titleOf(field: string, year: Year | undefined): string {
  const [, number] = /^month(\d+)$/.exec(field) ?? [];
  if (number) return year?.periods.find((period) => period.number === Number(number))?.label ?? `Month ${number}`;
  return field === 'uid' ? 'UID' : field === 'budget' ? `Budget ${year?.label ?? ''}`.trim() : 'Description';
}
