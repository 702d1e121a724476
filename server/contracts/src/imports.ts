import * as z from 'zod/mini';
import {
  example,
  fiscalYearLabel,
  id,
  idParams,
  lineText,
  money,
  nameText,
  reason,
  timestamp,
  version,
} from './common.ts';
import { endpoint } from './endpoint.ts';
import { fileMediaType } from './files.ts';
import {
  importColumn,
  importNote,
  importSheet,
  monthNumberings,
  nameChoice,
  unknownName,
  dayOrder,
  firstOfMonth,
  importConflicts,
} from './import-findings.ts';
import { importKindNames } from './import-kinds.ts';
import { paging, pageOf } from './list.ts';
import { masterKinds } from './masters.ts';

/**
 * received: kept, and not read to its end. asking: something must be chosen first. checked: what it would change is known.
 * applied and undone lead to each other. reading, checking, applying and undoing are on their way, and end by themselves.
 */
export const importStates = [
  'received', 'reading', 'asking', 'checking', 'checked', 'applying', 'applied', 'undoing', 'undone', 'failed', 'cancelled',
] as const; // prettier-ignore
export type ImportState = (typeof importStates)[number];

const columnLetters = z
  .string()
  .check(z.regex(/^[A-Z]{1,3}$/, 'Use the letters of a column, such as "C"'), example('C'));

const total = z.object({ before: money, after: money });
const namedTotal = z.object({ id: z.nullable(id), name: z.string(), before: money, after: money });
/** A measure of the year as it is and as it would be, of all that the person who loads it sees. */
export const importEffects = z.object({
  fy: fiscalYearLabel,
  measure: z.enum(['budget', 'actual']),
  total,
  /** Those that change. Without an id: no tower, or nobody's. */
  towers: z.array(namedTotal),
  entities: z.array(namedTotal),
});
export type ImportEffects = z.infer<typeof importEffects>;

export const importOutcomes = ['added', 'changed', 'unchanged', 'rejected'] as const;
export type ImportOutcome = (typeof importOutcomes)[number];
export const importCounts = z.object({
  /** Rows that bring something that was not there. */
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
  /** What is there of this kind in the year and has no row in the file. It is left alone. */
  missing: z.int(),
});

export type ImportCounts = z.infer<typeof importCounts>;

const other = z.object({ id, name: z.string(), creator: z.string(), createdAt: timestamp });

export const importOptions = z.object({
  /** The year that it is loaded into. */
  fy: z.nullable(fiscalYearLabel),
  /** Whether "12L" and "1.2cr" are amounts. */
  units: z.boolean(),
  /** What "04" is, where months are numbers. */
  months: z.nullable(z.enum(monthNumberings)),
  /** How "03/04/2025" is read. */
  days: z.nullable(dayOrder),
  /** The month from which keys are as the file says. */
  from: z.nullable(firstOfMonth),
});
export type ImportOptions = z.infer<typeof importOptions>;

const importShape = {
  id,
  version,
  name: z.string(),
  kind: z.nullable(z.enum(importKindNames)),
  state: z.enum(importStates),
  /** What keeps it from going on, or what ended it, in words. */
  problem: z.nullable(z.string()),
  /** Rows done of so many, while it is on its way. The events tell of the job, too. */
  jobId: z.nullable(id),
  done: z.nullable(z.int()),
  total: z.nullable(z.int()),
  bytes: z.int(),
  createdAt: timestamp,
  creator: z.string(),
  counts: z.nullable(importCounts),
  appliedAt: z.nullable(timestamp),
  appliedBy: z.nullable(z.string()),
  reason: z.nullable(z.string()),
};
export const importSummary = z.object(importShape);
export type ImportSummary = z.infer<typeof importSummary>;
export const importPage = pageOf(importSummary);
export type ImportPage = z.infer<typeof importPage>;

export const importQuestions = ['sheet', 'fy', 'from', 'months', 'columns', 'names'] as const;
export type ImportQuestion = (typeof importQuestions)[number];

export const importRecord = z.object({
  ...importShape,
  /** An earlier import of the very same bytes that was applied. */
  sameAs: z.nullable(other),
  sheets: z.array(importSheet),
  sheet: z.nullable(z.string()),
  /** Of the chosen sheet, in its order. */
  columns: z.array(importColumn),
  options: importOptions,
  effects: z.array(importEffects),
  notes: z.array(importNote),
  names: z.array(unknownName),
  /** While it is asking: what has to be chosen. */
  asks: z.array(z.enum(importQuestions)),
});
export type ImportRecord = z.infer<typeof importRecord>;
z.globalRegistry.add(importRecord, { id: 'Import' });

export const importCell = z.object({
  /** Without a column: it follows from another cell, as months do from the year's budget. */
  column: z.nullable(z.string()),
  title: z.string(),
  /** An amount, unless it is said to be words. */
  from: z.nullable(z.string()),
  to: z.nullable(z.string()),
  isText: z.optional(z.boolean()),
});
export type ImportCell = z.infer<typeof importCell>;
export const rejectedCell = z.object({ column: z.nullable(z.string()), value: z.string(), reason: z.string() });
export type RejectedCell = z.infer<typeof rejectedCell>;
export const importRow = z.object({
  /** As Excel numbers rows. */
  number: z.int(),
  outcome: z.enum(importOutcomes),
  uid: z.string(),
  serviceId: z.nullable(id),
  service: z.nullable(z.string()),
  cells: z.array(importCell),
  rejected: z.array(rejectedCell),
});
export type ImportRow = z.infer<typeof importRow>;
export const importRowPage = pageOf(importRow);
export type ImportRowPage = z.infer<typeof importRowPage>;

/** Everything may be left out: then it is read and checked anew, as after somebody changed what it is about. */
export const chooseBody = z
  .strictObject({
    sheet: z.optional(lineText(200)),
    /** By the letters of the column; null leaves it out. Others stay as they are. */
    columns: z.optional(z.record(columnLetters, z.nullable(nameText(40)))),
    fy: z.optional(fiscalYearLabel),
    units: z.optional(z.boolean()),
    months: z.optional(z.enum(monthNumberings)),
    days: z.optional(dayOrder),
    from: z.optional(firstOfMonth),
    /** What names are that nobody knows here. Others stay as they were chosen. */
    names: z.optional(
      z
        .array(z.strictObject({ kind: z.enum(masterKinds), name: lineText(200), is: nameChoice }))
        .check(z.maxLength(500)),
    ),
  })
  .check(example({ fy: 'FY26' }));
export type ChooseBody = z.infer<typeof chooseBody>;

export const applyBody = z
  .strictObject({
    /** Stands in the history of everything that changes. Without one: which file it was. */
    reason: z.optional(reason),
    /** The very same bytes were applied before, and are to be applied again. */
    again: z.optional(z.boolean()),
  })
  .check(example({ reason: 'Agreed with finance' }));
export type ApplyBody = z.infer<typeof applyBody>;

export const putBackBody = z
  .strictObject({
    reason: z.optional(reason),
    /** Must be said when there are conflicts: keep what others wrote since, or overwrite it. */
    conflicts: z.optional(z.enum(['keep', 'overwrite'])),
  })
  .check(example({ reason: 'The wrong file' }));
export type PutBackBody = z.infer<typeof putBackBody>;

const tag = 'Imports';
const permission = 'imports.load';
const one = { tag, permission, params: idParams } as const;

export const importEndpoints = {
  upload: endpoint({
    method: 'post',
    path: '/imports',
    tag,
    summary: 'Send a workbook or a CSV file: it is read and checked, and nothing is applied',
    permission,
    query: z.strictObject({ name: nameText(200).check(example('Budget FY26.csv')) }),
    file: true,
    answer: importRecord,
    status: 201,
    idempotent: true,
    slow: true,
  }),
  list: endpoint({
    method: 'get',
    path: '/imports',
    tag,
    summary: 'Imports, newest first',
    permission,
    query: z.strictObject(paging),
    answer: importPage,
  }),
  get: endpoint({ ...one, method: 'get', path: '/imports/:id', summary: 'One import', answer: importRecord }),
  choose: endpoint({
    ...one,
    method: 'patch',
    path: '/imports/:id',
    summary: 'Choose sheet, year, columns or what names are, and check it again',
    body: chooseBody,
    answer: importRecord,
    guarded: true,
  }),
  rows: endpoint({
    ...one,
    method: 'get',
    path: '/imports/:id/rows',
    summary: 'What each row would change, or did; or why it is rejected',
    query: z.strictObject({ ...paging, outcome: z.optional(z.enum(importOutcomes)) }),
    answer: importRowPage,
  }),
  rejected: endpoint({
    ...one,
    method: 'get',
    path: '/imports/:id/rejected',
    summary: 'The rejected rows as they are in the file, each with its reason, as a workbook',
    mediaType: fileMediaType,
  }),
  apply: endpoint({
    ...one,
    method: 'post',
    path: '/imports/:id/apply',
    summary: 'Apply what was checked: all of it, or nothing',
    body: applyBody,
    answer: importRecord,
    status: 202,
    guarded: true,
  }),
  cancel: endpoint({
    ...one,
    method: 'post',
    path: '/imports/:id/cancel',
    summary: 'Give up an import that was not applied',
    answer: importRecord,
    guarded: true,
  }),
  conflicts: endpoint({
    ...one,
    method: 'get',
    path: '/imports/:id/conflicts',
    summary: 'What was changed since, where undoing (or applying again) would overwrite it; the first 200',
    answer: importConflicts,
  }),
  undo: endpoint({
    ...one,
    method: 'post',
    path: '/imports/:id/undo',
    summary: 'Put back what the import changed',
    body: putBackBody,
    answer: importRecord,
    status: 202,
    guarded: true,
  }),
  redo: endpoint({
    ...one,
    method: 'post',
    path: '/imports/:id/redo',
    summary: 'Apply again what was undone',
    body: putBackBody,
    answer: importRecord,
    status: 202,
    guarded: true,
  }),
};
