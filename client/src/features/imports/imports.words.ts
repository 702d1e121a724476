import type { FiscalYear } from '@opex/contracts/fiscal-years';
import {
  importFields,
  type ImportKind,
  importKindNames,
  importKinds,
  isLoaded,
  type LoadedKind,
} from '@opex/contracts/import-kinds';
import type { ImportColumn, ImportRecord, ImportState, ImportSummary } from '@opex/contracts/imports';
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
  state === 'checked' && counts?.changed === 0 ? 'Changes nothing' : stateWords[state];

export const kindWords = (kind: ImportKind | null) => (kind ? importKinds[kind].title : '');

/** What each kind needs, for who is about to make such a file. */
export const understood: Record<LoadedKind, string> = {
  budget: 'a column UID, and the months of the year (Apr to Mar, or P1 to P12) or the budget of the year (FY26 Budget)',
};
export const notYet = importKindNames.filter((kind) => !isLoaded(kind)).map(kindWords);

/** "312 change, 4 rejected" */
export function countWords({ counts }: Pick<ImportSummary, 'counts'>): string {
  if (!counts) return '';
  const { changed, unchanged, rejected } = counts;
  const parts = [
    changed > 0 && `${changed} ${changed === 1 ? 'changes' : 'change'}`,
    rejected > 0 && `${rejected} rejected`,
    changed + rejected === 0 && `${unchanged} unchanged`,
  ];
  return parts.filter(Boolean).join(', ');
}

type Sentence = Pick<ImportRecord, 'state' | 'counts' | 'effects'>;

/** What the file does, at a glance. `amount` says an amount with its unit. */
export function sentenceOf({ state, counts, effects }: Sentence, amount: (value: string) => string): string {
  if (!counts) return '';
  const parts = [
    changeWords(state, counts.changed),
    counts.changed > 0 && effects && yearWords(state, effects, amount),
  ];
  const rejected =
    counts.rejected > 0 && `${counted(counts.rejected, 'row')} ${counts.rejected === 1 ? 'is' : 'are'} rejected`;
  return `${[parts.filter(Boolean).join(', '), rejected].filter(Boolean).join('; ')}.`;
}

function changeWords(state: ImportState, changed: number): string {
  if (changed === 0) return 'Nothing changes';
  const services = counted(changed, 'service');
  if (state === 'applied') return `${services} ${changed === 1 ? 'was' : 'were'} changed`;
  if (state === 'undone') return `Undone: ${services} ${changed === 1 ? 'was' : 'were'} put back`;
  return `${services} ${changed === 1 ? 'changes' : 'change'}`;
}

function yearWords(
  state: ImportState,
  { fy, total: { before, after } }: NonNullable<ImportRecord['effects']>,
  amount: (value: string) => string,
): string {
  const said = (value: string) => (isZero(value) ? 'nothing' : amount(value));
  if (isSame(before, after)) return `${fy} ${state === 'applied' ? 'stayed' : 'stays'} at ${said(after)}`;
  const [from, to] = state === 'undone' ? [after, before] : [before, after];
  const difference = minus(to, from);
  const way = compare(to, from) > 0 ? 'up' : 'down';
  const goes = state === 'applied' || state === 'undone' ? 'went' : 'goes';
  return `${fy} ${goes} from ${said(from)} to ${said(to)}, ${way} ${amount(absolute(difference))}`;
}

/** Services that the file does not speak of. */
export const missingWords = (missing: number) =>
  `${counted(missing, 'service')} with a budget in this year ${missing === 1 ? 'has' : 'have'} no row in the file and ${missing === 1 ? 'stays' : 'stay'} as ${missing === 1 ? 'it is' : 'they are'}.`;

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

/** What was chosen on the page and is not sent yet. */
export type Chosen = { fy?: string; units?: boolean; columns: Record<string, string | null> };

/** What keeps the file from being checked; null when nothing does. */
export function missingChoice(record: ImportRecord, chosen: Chosen, titles: ReadonlyMap<string, string>) {
  const { columns, options, asks } = record;
  const undecided = columns.filter(({ column, use }) => use === 'unknown' && chosen.columns[column] === undefined);
  if (!(chosen.fy ?? options.fy)) return 'Say into which year it is loaded';
  // Months are only told once the year is known.
  if (asks.includes('fy')) return null;
  if (undecided.length > 0) return `Say what ${columnNames(undecided)} ${undecided.length === 1 ? 'is' : 'are'}`;
  const fields = columns.map(({ column, field }) => (column in chosen.columns ? chosen.columns[column] : field));
  const twice = fields.find((field, at) => field && fields.indexOf(field) !== at);
  return twice ? `Two columns are taken for ${titles.get(twice) ?? twice}` : null;
}

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
