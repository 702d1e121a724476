/** Amounts and other numbers are decimal texts ("1250000.50"), percentages as they are said ("33.33"), dates YYYY-MM-DD. */
export type Value = string | number | bigint | boolean | null | undefined;

export type Column = {
  title: string;
  /** In characters. */
  width?: number;
  /** `text` stays text when somebody types digits over it. */
  as?: 'general' | 'text' | 'amount' | 'integer' | 'percent' | 'date';
  /** It holds the sum of the columns of its row from the first to the last, counted from 0: a spreadsheet adds them up anew. */
  sums?: readonly [first: number, last: number];
};

type Rows = Iterable<readonly Value[]> | AsyncIterable<readonly Value[]>;
export type TableToWrite = { columns: readonly Column[]; rows: Rows };
export type SheetToWrite = TableToWrite & { name: string; isHidden?: boolean };
