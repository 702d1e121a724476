import type { ImportKind } from '@opex/contracts/import-kinds';
import { longMonthNames, monthNames } from '@opex/contracts/written';

/** A cell of a row that may be the header. */
export type Header = {
  /** From 0. */
  column: number;
  text: string;
  /** What Excel made a date of: "Apr-25" is the first of April 2025 to it. */
  day?: string;
};
export type HeaderRow = { number: number; headers: Header[] };

/** What a header says: a field by its name, a month, the budget of a year, or a month of an entity. */
export type Meaning =
  | { is: 'named'; name: string }
  | { is: 'month'; month: number; year?: number }
  | { is: 'period'; number: number }
  | { is: 'budget'; year?: number }
  | { is: 'actual of the year'; year?: number }
  | MonthOfEntity;
/** "Apr-25 - Northwind" by its name, "04 - Northwind" by a number. */
export type MonthOfEntity = { is: 'month of an entity'; entity: string; year?: number } & (
  { month: number } | { digits: number }
);

/** Without case, punctuation and blanks around. */
export const plain = (text: string) =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const monthsByName = new Map(monthNames.map((name, index) => [name.toLowerCase(), index + 1] as const));
const monthWord = /^([a-z]{3,9})(?: ((?:20)?\d\d))?(?: (?:budget|plan|amount))?$/;
const fullYear = (digits: string) => (digits.length === 2 ? 2000 + Number(digits) : Number(digits));

export function meaningOf({ text, day }: Header): Meaning {
  if (day) return { is: 'month', month: Number(day.slice(5, 7)), year: Number(day.slice(0, 4)) };
  const words = plain(text);
  const [, period] = /^(?:p|period|month|m) ?(0?[1-9]|1[0-2])$/.exec(words) ?? [];
  if (period) return { is: 'period', number: Number(period) };
  const [, name = '', year] = monthWord.exec(words) ?? [];
  const month = monthsByName.get(name.slice(0, 3));
  if (month && isMonthName(name)) return { is: 'month', month, ...(year && { year: fullYear(year) }) };
  const ofEntity = monthOfEntity(text);
  if (ofEntity) return ofEntity;
  return ofYear(words) ?? { is: 'named', name: words };
}

/** What stands behind the first dash is the entity, dashes of its own included. */
function monthOfEntity(text: string): MonthOfEntity | undefined {
  const [, first = '', year, entity] =
    /^\s*(\d{1,2}|[a-z]{3,9})(?:[ '’.-]{1,2}((?:20)?\d\d))?\s*[-–—−]\s*(\S.*?)\s*$/iu.exec(text.normalize('NFKC')) ??
    [];
  if (!entity) return undefined;
  const of = { is: 'month of an entity' as const, entity, ...(year && { year: fullYear(year) }) };
  if (/^\d+$/.test(first)) return { ...of, digits: Number(first) };
  const month = isMonthName(first.toLowerCase()) && monthsByName.get(first.slice(0, 3).toLowerCase());
  return month ? { ...of, month } : undefined;
}

const longNames = longMonthNames.map((name) => name.toLowerCase());
const isMonthName = (word: string) =>
  word === 'sept' || longNames.some((name) => name === word || name.slice(0, 3) === word);

/** "FY26 Budget", "Budget FY 2025-26", "Annual budget", "Total"; "FY26 Actuals". */
function ofYear(words: string): Meaning | undefined {
  const [said, first, second] = /\bf ?y ?((?:20)?\d\d)(?: ((?:20)?\d\d))?\b/.exec(words) ?? [];
  const rest = (said ? words.replace(said, ' ') : words).replace(/\s+/g, ' ').trim();
  const year = second ?? first;
  const of = year ? { year: fullYear(year) } : {};
  if (/^(?:(?:fy|annual|total|full year|year) )+actuals?$/.test(rest) || (said && /^actuals?$/.test(rest)))
    return { is: 'actual of the year', ...of };
  const isBudget = /^(?:fy )?(?:(?:annual|total|approved|full year|year) )*budget(?: (?:total|inr))?$/.test(rest);
  const isTotal = /^(?:(?:grand|annual|year|full year|fy) )?total$/.test(rest);
  if (!isBudget && !isTotal && !(said && rest === '')) return undefined;
  return { is: 'budget', ...of };
}

const uid = ['uid', 'uids', 'service uid', 'unique id', 'unique identifier', 'service id'];
const description = ['description', 'service description', 'service', 'service name', 'particulars', 'line item'];

/** By name, the headers of each kind; `needs`: of each group one must be there. */
type Vocabulary = { names: string[]; also: Meaning['is'][]; needs: (string[] | Meaning['is'])[] };
const vocabularies: Record<ImportKind, Vocabulary> = {
  budget: { names: [...uid, ...description], also: ['month', 'period', 'budget'], needs: [[...uid, 'month', 'period']] },
  'allocation-keys': {
    names: ['vendor service', 'basis of allocation', 'total count', 'key', 'driver type'],
    also: [],
    needs: [['basis of allocation', 'driver type'], ['vendor service', 'key']],
  },
  actuals: {
    names: [
      ...uid, ...description, 'entity', 'month', 'period', 'amount', 'net amount', 'actual', 'invoice number', 'invoice no',
      'invoice date', 'currency', 'remarks',
    ],
    also: ['month of an entity', 'actual of the year'],
    needs: [uid, ['amount', 'net amount', 'actual', 'month of an entity', 'invoice number']],
  },
  procurement: {
    names: [...uid, 'vendor', 'po entity', 'pr number', 'pr date', 'pr amount', 'currency', 'po number', 'po date', 'po value', 'po currency', 'value in inr', 'remarks'],
    also: [],
    needs: [uid, ['pr number', 'po number']],
  },
  rates: {
    names: ['currency', 'code', 'rate', 'date', 'effective date', 'month', 'set', 'rate type'],
    also: [],
    needs: [['currency', 'code'], ['rate']],
  },
  tracker: {
    names: [
      ...uid, ...description, 'parent uid', 'vendor', 'vendor service', 'contract', 'service start date', 'service end date',
      'start date', 'end date', 'renewal date', 'budget head', 'tower', 'priority', 'initiative type', 'service type',
      'allocation type', 'cost optimization lever', 'cost optimisation lever', 'cost lever', 'remarks', 'entity', 'pr number',
      'pr date', 'pr amount', 'currency', 'po number', 'po date', 'po value', 'common currency', 'common currency value inr',
      'basis of allocation', 'allocation basis', 'total count', 'owner', 'po entity', 'phasing', 'budget key', 'actual key',
    ],
    also: ['budget', 'actual of the year', 'month of an entity'],
    needs: [uid, ['vendor', 'vendor service', 'tower', 'budget head', 'service type', 'parent uid', 'contract', 'po entity']],
  },
}; // prettier-ignore

export const isUid = (name: string) => uid.includes(name);
export const isDescription = (name: string) => description.includes(name);

/** How many of the headers a kind knows; 0 where one that it needs is missing. */
function scoreOf(kind: ImportKind, meanings: Meaning[]): number {
  const { names: known, also, needs } = vocabularies[kind];
  const said = new Set(meanings.map((meaning) => (meaning.is === 'named' ? meaning.name : meaning.is)));
  if (!needs.every((group) => [group].flat().some((name) => said.has(name)))) return 0;
  const matched = meanings.filter((meaning) =>
    meaning.is === 'named' ? known.includes(meaning.name) : also.includes(meaning.is),
  );
  const different = new Set(matched.map((meaning) => JSON.stringify(meaning)));
  return different.size < 2 ? 0 : different.size;
}

export type Recognised = { kind: ImportKind; score: number };

/** Of two kinds that know equally many, the first of the list. */
export function recognise(headers: readonly Header[]): Recognised | undefined {
  const meanings = headers.map(meaningOf);
  const scored = (Object.keys(vocabularies) as ImportKind[]).map((kind) => ({ kind, score: scoreOf(kind, meanings) }));
  const best = scored.reduce((one, other) => (other.score > one.score ? other : one));
  return best.score > 0 ? best : undefined;
}

/** The row of headers among the first of a sheet: the one that says most. Titles above it say nothing. */
export function findHeaderRow(rows: readonly HeaderRow[]): (HeaderRow & { kind: ImportKind }) | undefined {
  let found: (HeaderRow & Recognised) | undefined;
  for (const row of rows) {
    const recognised = recognise(row.headers);
    if (recognised && recognised.score > (found?.score ?? 0)) found = { ...row, ...recognised };
  }
  return found;
}
