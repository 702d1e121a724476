import type { FiscalYear } from '@opex/contracts/fiscal-years';
import {
  importFields,
  type ImportKind,
  importKindNames,
  importKinds,
  isLoaded,
  type LoadedKind,
} from '@opex/contracts/import-kinds';
import type { ImportColumn, MonthNumbering, UnknownName } from '@opex/contracts/import-findings';
import type {
  ChooseBody,
  ImportCounts,
  ImportEffects,
  ImportRecord,
  ImportState,
  ImportSummary,
} from '@opex/contracts/imports';
import { absolute } from '../../domain/amounts/format.ts';
import { compare, isSame, isZero, minus } from '../../domain/amounts/money.ts';
import { counted } from '../../domain/words/counted.ts';

export const stateWords: Record<ImportState, string> = {
  received: 'Not read yet',
  reading: 'Being read',
  asking: 'Needs your choice',
  checking: 'Being checked',
  checked: 'Ready to apply',
  applying: 'Being applied',
  applied: 'Applied',
  undoing: 'Being undone',
  undone: 'Undone',
  failed: 'Not understood',
  cancelled: 'Cancelled',
};

/** A file that says what is there already is ready for nothing. */
export const stateOf = ({ state, counts }: Pick<ImportSummary, 'state' | 'counts'>) =>
  state === 'checked' && counts && loadedRows(counts) === 0 ? 'Changes nothing' : stateWords[state];

/** What applying it writes. */
export const loadedRows = ({ added, changed }: ImportCounts) => added + changed;

export const kindWords = (kind: ImportKind | null) => (kind ? importKinds[kind].title : '');

/** What each kind needs, for who is about to make such a file. */
export const understood: Record<LoadedKind, string> = {
  budget: 'a column UID, and the months of the year (Apr to Mar, or P1 to P12) or the budget of the year (FY26 Budget)',
  tracker:
    'a column UID, and any fields of the services (Vendor, Tower, Service Type, Start Date), the budget of the year (FY26 Budget), and a column for each month and entity (04 - Northwind)',
  actuals:
    'a column UID, and either Entity, Month and Amount, a row for each; or a column for each month and entity (04 - Northwind)',
  'allocation-keys':
    'a column with the name of the key (Vendor / Service, or Key), Basis of Allocation, and a column for each entity with its value',
};
export const notYet = importKindNames.filter((kind) => !isLoaded(kind)).map(kindWords);

/** "312 change, 4 rejected" */
export function countWords({ counts }: Pick<ImportSummary, 'counts'>): string {
  if (!counts) return '';
  const { added, changed, unchanged, rejected } = counts;
  const parts = [
    added > 0 && `${added} new`,
    changed > 0 && `${changed} ${changed === 1 ? 'changes' : 'change'}`,
    rejected > 0 && `${rejected} rejected`,
    added + changed + rejected === 0 && `${unchanged} unchanged`,
  ];
  return parts.filter(Boolean).join(', ');
}

type Sentence = Pick<ImportRecord, 'kind' | 'state' | 'counts' | 'effects'>;

/** What the file does, at a glance. `amount` says an amount with its unit. */
export function sentenceOf({ kind, state, counts, effects }: Sentence, amount: (value: string) => string): string {
  if (!counts) return '';
  const rejected =
    counts.rejected > 0 && `${counted(counts.rejected, 'row')} ${counts.rejected === 1 ? 'is' : 'are'} rejected`;
  const loaded = loadedRows(counts);
  const parts = loaded === 0 ? [] : effects.map((effect) => yearWords(state, effect, amount));
  return `${[[changeWords(kind, state, loaded), ...parts].join(', '), rejected].filter(Boolean).join('; ')}.`;
}

/** A budget has a row for each service; of what was spent there are many. */
const rowWord = (kind: ImportKind | null) => (kind === 'budget' ? 'service' : 'row');

function changeWords(kind: ImportKind | null, state: ImportState, changed: number): string {
  if (changed === 0) return 'Nothing changes';
  const rows = counted(changed, rowWord(kind));
  const isBudget = kind === 'budget';
  if (state === 'applied') return `${rows} ${changed === 1 ? 'was' : 'were'} ${isBudget ? 'changed' : 'loaded'}`;
  if (state === 'undone') return `Undone: ${rows} ${changed === 1 ? 'was' : 'were'} put back`;
  if (!isBudget) return `${rows} ${changed === 1 ? 'is' : 'are'} loaded`;
  return `${rows} ${changed === 1 ? 'changes' : 'change'}`;
}

function yearWords(
  state: ImportState,
  { fy, measure, total: { before, after } }: ImportEffects,
  amount: (value: string) => string,
): string {
  const said = (value: string) => (isZero(value) ? 'nothing' : amount(value));
  const isOver = state === 'applied' || state === 'undone';
  const what = measure === 'actual' ? `the actual of ${fy}` : fy;
  if (isSame(before, after)) return `${what} ${state === 'applied' ? 'stayed' : 'stays'} at ${said(after)}`;
  const [from, to] = state === 'undone' ? [after, before] : [before, after];
  const difference = minus(to, from);
  const way = compare(to, from) > 0 ? 'up' : 'down';
  return `${what} ${isOver ? 'went' : 'goes'} from ${said(from)} to ${said(to)}, ${way} ${amount(absolute(difference))}`;
}

const missingOf: Record<LoadedKind, (count: number) => string> = {
  budget: (count) => `${counted(count, 'service')} with a budget in this year`,
  tracker: (count) => `${counted(count, 'service')} with a budget in this year`,
  actuals: (count) => `${counted(count, 'service')} with loaded actuals in this year`,
  'allocation-keys': (count) => counted(count, 'other key'),
};
/** What the file does not speak of. */
export const missingWords = (kind: ImportKind | null, missing: number) =>
  `${missingOf[isLoaded(kind) ? kind : 'budget'](missing)} ${missing === 1 ? 'has' : 'have'} no row in the file and ${missing === 1 ? 'stays' : 'stay'} as ${missing === 1 ? 'it is' : 'they are'}.`;

export const useWords: Record<ImportColumn['use'], string> = {
  taken: 'Loaded',
  control: 'Compared with the months, not loaded',
  read: 'Read by people, not loaded',
  left: 'Left out',
  unknown: 'Not understood',
};

/** What a column can be taken for; months by their names, where the year is known. */
export function fieldsOf(kind: ImportKind | null, year?: FiscalYear): { field: string; title: string }[] {
  if (!isLoaded(kind)) return [];
  return Object.entries(importFields[kind]).map(([field, title]) => {
    const number = /^month(\d+)$/.exec(field)?.[1];
    return { field, title: (number && year?.periods[Number(number) - 1]?.label) || title };
  });
}

/** "04" as it would be read: Apr 2025, or Jul 2025. */
export function numberingWords(numbering: MonthNumbering, year?: FiscalYear): string {
  const [april, fourth] = [year?.periods.find(({ startDate }) => startDate.slice(5, 7) === '04'), year?.periods[3]];
  const example = (numbering === 'calendar' ? april : fourth)?.label;
  const words = numbering === 'calendar' ? '04 is April' : '04 is the fourth month of the year';
  return example ? `${words}: ${example}` : words;
}

/** What was chosen on the page and is not sent yet. */
export type Chosen = Pick<ChooseBody, 'fy' | 'units' | 'months' | 'days' | 'from' | 'names'> & {
  columns: Record<string, string | null>;
};

/** What keeps the file from being checked; null when nothing does. */
export function missingChoice(record: ImportRecord, chosen: Chosen, titles: ReadonlyMap<string, string>) {
  const { columns, options, asks, names } = record;
  const undecided = columns.filter(({ column, use }) => use === 'unknown' && chosen.columns[column] === undefined);
  if (asks.includes('from') && !(chosen.from ?? options.from)) return 'Say from which month on the keys are so';
  if (record.kind !== 'allocation-keys' && !(chosen.fy ?? options.fy)) return 'Say into which year it is loaded';
  if (asks.includes('months') && !(chosen.months ?? options.months)) return 'Say what the numbers of months are';
  const nameless = names.find((one) => one.chosen === null && !chosenName(chosen, one));
  if (nameless) return `Say what "${nameless.name}" is`;
  // Columns are only told once the year, the months and the names are known.
  if (asks.some((ask) => ask === 'fy' || ask === 'months' || ask === 'names')) return null;
  if (undecided.length > 0) return `Say what ${columnNames(undecided)} ${undecided.length === 1 ? 'is' : 'are'}`;
  const fields = columns.map(({ column, field }) => (column in chosen.columns ? chosen.columns[column] : field));
  const twice = fields.find((field, at) => field && fields.indexOf(field) !== at);
  return twice ? `Two columns are taken for ${titles.get(twice) ?? twice}` : null;
}

/** What a name was said to be on the page. */
export const chosenName = ({ names }: Pick<Chosen, 'names'>, { kind, name }: Pick<UnknownName, 'kind' | 'name'>) =>
  names?.find((one) => one.kind === kind && one.name === name)?.is;

/** "column F (Owner) and G (Team)" */
export function columnNames(columns: readonly ImportColumn[]): string {
  const names = columns.slice(0, 3).map(({ column, header }) => (header ? `${column} (${header})` : column));
  const more = columns.length - names.length;
  const all = more > 0 ? [...names, `${more} more`] : names;
  const last = all.pop() ?? '';
  return `${columns.length === 1 ? 'column' : 'columns'} ${all.length > 0 ? `${all.join(', ')} and ${last}` : last}`;
}

const kilo = 1024;
/** "12 kB" */
export const sizeWords = (bytes: number) =>
  bytes < kilo
    ? `${bytes} bytes`
    : bytes < kilo * kilo
      ? `${Math.round(bytes / kilo)} kB`
      : `${(bytes / kilo / kilo).toFixed(1)} MB`;
