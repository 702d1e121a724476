import type { FiscalYear } from '@opex/contracts/fiscal-years';
import type { ImportNote, MonthNumbering } from '@opex/contracts/import-findings';
import type { ImportCounts, ImportQuestion } from '@opex/contracts/imports';
import type { MasterKind } from '@opex/contracts/masters';
import type { Permission } from '@opex/contracts/permissions';
import type { Transaction } from '../../../database/transaction.ts';
import type { Caller } from '../../../lib/caller.ts';
import type { Recorded } from '../../audit/audit.service.ts';
import type { MeasureThen, Overlay } from '../../figures/what-if.service.ts';
import type { ColumnRules } from '../columns.rules.ts';
import type { ChangedRow, CheckedRow, Values } from '../import-rows.repository.ts';
import type { Asked, Names } from '../names.service.ts';
import type { FileRow } from '../columns.rules.ts';

export type Check = {
  caller: Caller;
  year: FiscalYear;
  /** Letters of the column of each field. */
  columns: ReadonlyMap<string, string>;
  rows: FileRow[];
  months: MonthNumbering | undefined;
  /** From which month on keys are as the file says. */
  from: string | undefined;
  names: Names;
  report: (done: number) => Promise<void>;
};
/** What a row does to the figures of the year, and under which towers they stand before and after. */
export type Effect = Overlay & { towerBefore: number | null; towerId: number | null };
export type Checked = {
  rows: CheckedRow[];
  notes: ImportNote[];
  counts: ImportCounts;
  effects: Effect[];
  /** What falls on each entity for another reason than the amounts of services. */
  moved?: MeasureThen[];
};

/** What is there now of the values of a row. */
export type Now = { values: Values; version: number };
/** What is to be written of a row. */
export type RowChange = {
  row: ChangedRow;
  version: number;
  values: Values;
  /** Other values of the row stay as others wrote them. */
  isPartial: boolean;
};

/** What a file of one kind is about: what its columns are, what its rows would change, and how that is written. */
export interface Kind {
  /** What it takes to apply it. */
  permission: Permission;
  columns: ColumnRules;
  /** What the rows call by a name that must be known. */
  namesIn?(rows: FileRow[]): Omit<Asked, 'uses'>[];
  /** What must be said before the rows can be understood. */
  asksOf?(
    rows: FileRow[],
    chosen: { months?: MonthNumbering | undefined; from?: string | undefined },
  ): ImportQuestion[];
  check(task: Check): Promise<Checked>;
  /** In the order of the rows. Undefined: out of the caller's sight. */
  findNow(caller: Caller, year: FiscalYear, rows: ChangedRow[], tx?: Transaction): Promise<(Now | undefined)[]>;
  /** Values that speak of masters by the ids that they have since they were created. */
  withCreated?(values: Values, idOf: (kind: MasterKind, id: number) => number): Values;
  write(
    tx: Transaction,
    caller: Caller,
    year: FiscalYear,
    changes: RowChange[],
    reason: string,
  ): Promise<() => Promise<Recorded[]>>;
  /** What people call a value of a row. */
  titles(year: FiscalYear): Promise<(field: string) => string>;
}
