import type { ImportNote } from '@opex/contracts/import-findings';
import type { RejectedCell } from '@opex/contracts/imports';
import type { FiscalYear } from '@opex/contracts/fiscal-years';
import { closedWords } from '../../../database/problems.ts';
import { fromUnits, toUnits } from '../../../lib/amounts/money.ts';
import type { Caller } from '../../../lib/caller.ts';
import { AppError } from '../../../lib/errors.ts';
import { isOwn } from '../../services/ownership.service.ts';
import * as services from '../../services/services-by-uid.service.ts';
import { plain } from '../headers.rules.ts';
import type { CheckedRow } from '../import-rows.repository.ts';
import type { FileRow } from '../columns.rules.ts';

/** What every kind asks of a row that names a service. */

export type Known = services.KnownService;
export type KnownServices = { known: ReadonlyMap<string, Known>; hints: ReadonlyMap<string, string> };

const atOnce = 2_000;

/** Rows that say something, without totals. */
export const ownRows = (rows: FileRow[]) => rows.filter((row) => !row.isTotal && (row.uid !== '' || hasSomething(row)));
const hasSomething = ({ values, rejected }: FileRow) => Object.keys(values).length > 0 || rejected.length > 0;

/** The services that rows name, with their budget in a plan. */
export async function knownOf(
  { scope }: Caller,
  planId: number,
  rows: FileRow[],
  report: (done: number) => Promise<void>,
): Promise<KnownServices> {
  const known = new Map<string, Known>();
  for (let at = 0; at < rows.length; at += atOnce) {
    const uids = [...new Set(rows.slice(at, at + atOnce).map(({ uid }) => uid))].filter((uid) => uid !== '');
    for (const one of await services.findByUids(uids, planId, scope)) known.set(one.asked, one);
    await report(Math.min(at + atOnce, rows.length));
  }
  const unknown = rows.map(({ uid }) => uid).filter((uid) => !known.has(uid));
  return { known, hints: await hintsOf({ scope }, unknown) };
}

/** Of numbers that no service has, the UID that they were before a spreadsheet took its zeros off. */
export async function hintsOf({ scope }: Pick<Caller, 'scope'>, uids: string[]): Promise<ReadonlyMap<string, string>> {
  const numbers = [...new Set(uids)].filter((uid) => /^[1-9][0-9]*$/.test(uid));
  const found = numbers.length > 0 ? await services.findByNumbers(numbers, scope) : [];
  return new Map(found.map(({ asked, uid }) => [asked, uid]));
}

type About = Parameters<typeof services.spreadYear>[1];
/** The months of a year's budget; or in words why it cannot be spread. */
export function spread(
  budget: string,
  about: About,
  before: services.Months,
  year: FiscalYear,
): services.Months | string {
  try {
    return services.spreadYear(budget, about, before, year.periods);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.details.errors?.[0]?.message ?? error.message;
  }
}

/** Why a row cannot be about the service that it names. */
export function refusalOf(caller: Caller, { uid }: FileRow, { known, hints }: KnownServices): string | undefined {
  if (uid === '') return 'This row has amounts and no UID';
  const service = known.get(uid);
  const hint = hints.get(uid);
  if (hint) return `There is no service ${uid}; the zeros of ${hint} are missing`;
  if (!service) return 'There is no service with this UID';
  return isOwn(caller, service) ? undefined : 'You see only a share of this service, so you cannot change it';
}

type Named = Pick<Known, 'id' | 'uid' | 'service'>;
export const rowOf = (row: FileRow, service: Named | undefined): Omit<CheckedRow, 'outcome'> => ({
  number: row.number,
  uid: service?.uid ?? row.uid,
  serviceId: service?.id ?? null,
  service: service?.service ?? null,
  before: {},
  after: {},
  cells: [],
  rejected: [],
  texts: [],
});

export const rejectedRow = (row: FileRow, service: Named | undefined, rejected: RejectedCell[]): CheckedRow => ({
  ...rowOf(row, service),
  outcome: 'rejected',
  rejected,
  texts: row.texts,
});

/** Why a month keeps what it has: it is closed, or being closed, which is left to controllers. */
export function closedFor(caller: Caller, year: FiscalYear, number: number, rule: string): string | undefined {
  const period = year.periods[number - 1];
  if (period?.state === 'CLOSED') return closedWords([period.label], rule);
  if (period?.state === 'SOFT' && !caller.permissions.has('soft-months.edit'))
    return `${period.label} is being closed; only a controller can change it now`;
  return undefined;
}

/** Totals are compared with the rows above them, and never loaded. `fields`: those that are amounts. */
export function totalNotes(
  rows: FileRow[],
  columns: ReadonlyMap<string, string>,
  fields: readonly string[],
): ImportNote[] {
  const own = ownRows(rows);
  const totals = rows.filter(({ isTotal }) => isTotal);
  const notes: ImportNote[] = totals.map(({ number }) => ({
    row: number,
    column: null,
    text: 'A total: it is not loaded',
  }));
  const last = totals.at(-1);
  if (!last || plain(last.texts.find((text) => text.trim() !== '') ?? '').startsWith('sub')) return notes;
  for (const field of fields) {
    const said = last.values[field];
    if (typeof said !== 'string') continue;
    const sum = own.reduce(
      (total, { number, values }) => (number < last.number ? total + toUnits(values[field] ?? '0') : total),
      0n,
    );
    if (said !== fromUnits(sum))
      notes.push({
        row: last.number,
        column: columns.get(field) ?? null,
        text: `The total says ${said}; the rows above it add up to ${fromUnits(sum)}`,
      });
  }
  return notes;
}

export const countsOf = (rows: readonly CheckedRow[], missing: number) => {
  const count = (outcome: CheckedRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  return {
    added: count('added'),
    changed: count('changed'),
    unchanged: count('unchanged'),
    rejected: count('rejected'),
    missing,
  };
};

/** How many of those that are there the file does not name. */
export function missingOf(there: readonly number[], rows: readonly CheckedRow[]): number {
  const named = new Set(rows.map(({ serviceId }) => serviceId));
  return there.filter((id) => !named.has(id)).length;
}
