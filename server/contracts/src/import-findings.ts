import * as z from 'zod/mini';
import { date, id } from './common.ts';
import { importKindNames } from './import-kinds.ts';
import { masterKinds } from './masters.ts';

/** What is found in a file, before it is known what it would change. */

/** taken: loaded. control: compared with what is loaded. read: helps people. left: left out, as was chosen. unknown: nobody said what it is. */
export const columnUses = ['taken', 'control', 'read', 'left', 'unknown'] as const;
export const importColumn = z.object({
  column: z.string(),
  header: z.string(),
  field: z.nullable(z.string()),
  use: z.enum(columnUses),
  /** What the field is called here, such as "April 2025". */
  title: z.nullable(z.string()),
});
export type ImportColumn = z.infer<typeof importColumn>;

/** A remark on the file as a whole or on a cell, which keeps nothing from being loaded: a control total that differs. */
export const importNote = z.object({ row: z.nullable(z.int()), column: z.nullable(z.string()), text: z.string() });
export type ImportNote = z.infer<typeof importNote>;

export const importSheet = z.object({
  name: z.string(),
  hidden: z.boolean(),
  /** What its headers look like. */
  kind: z.nullable(z.enum(importKindNames)),
  /** Where the headers are, as Excel numbers rows. */
  headerRow: z.nullable(z.int()),
});
export type ImportSheet = z.infer<typeof importSheet>;

/** calendar: "04" is April. fiscal: it is the fourth month of the year. */
export const monthNumberings = ['calendar', 'fiscal'] as const;
export type MonthNumbering = (typeof monthNumberings)[number];

/** What is found under no such name: taken for the one with this id, created as it is written, or the rows rejected. */
export const nameChoice = z.union([id, z.enum(['create', 'reject'])]);
export type NameChoice = z.infer<typeof nameChoice>;
/** A name that the file uses and nobody knows here. */
export const unknownName = z.object({
  kind: z.enum(masterKinds),
  name: z.string(),
  /** How many rows or columns use it. */
  uses: z.int(),
  /** Those that are written nearly alike. */
  like: z.array(z.object({ id, name: z.string() })),
  chosen: z.nullable(nameChoice),
});
export type UnknownName = z.infer<typeof unknownName>;

export const dayOrder = z.enum(['day-first', 'month-first']);
export const firstOfMonth = date.check(z.regex(/^[0-9]{4}-[0-9]{2}-01$/, 'Say the first day of a month'));

/** A field that somebody changed since it was loaded, so that putting back would overwrite that. */
export const importConflict = z.object({
  number: z.int(),
  uid: z.string(),
  serviceId: z.nullable(id),
  title: z.string(),
  /** What putting back would write, what this import wrote (or took back), and what is there. */
  restored: z.nullable(z.string()),
  loaded: z.nullable(z.string()),
  now: z.nullable(z.string()),
});
export type ImportConflict = z.infer<typeof importConflict>;
export const importConflicts = z.object({ data: z.array(importConflict), total: z.int() });
