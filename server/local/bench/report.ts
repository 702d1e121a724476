export type Row = {
  name: string;
  unit: string;
  product: number;
  baseline?: number;
  must: number;
  aim: number;
  lowerIsBetter?: boolean;
  /** Must and aim are in the unit itself, not a ratio to the baseline. */
  absolute?: boolean;
  note?: string;
};

const figure = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2));

export function verdict(row: Row) {
  const measured = row.absolute || row.baseline === undefined ? row.product : row.product / row.baseline;
  const reaches = (goal: number) => (row.lowerIsBetter ? measured <= goal : measured >= goal);
  return { measured, words: reaches(row.aim) ? 'aim reached' : reaches(row.must) ? 'must reached' : 'MUST MISSED' };
}

export function print(rows: Row[], say: (line: string) => void) {
  const table = rows.map((row) => {
    const { measured, words } = verdict(row);
    const sign = row.lowerIsBetter ? '<=' : '>=';
    const unit = row.absolute ? ` ${row.unit}` : 'x';
    return [
      row.name,
      `${figure(row.product)} ${row.unit}`,
      row.baseline === undefined ? '' : `${figure(row.baseline)} ${row.unit}`,
      row.absolute ? '' : `${measured.toFixed(2)}x`,
      `${sign} ${row.must}${unit}`,
      `${sign} ${row.aim}${unit}`,
      words,
      row.note ?? '',
    ];
  });
  const head = ['what', 'product', 'baseline', 'ratio', 'must', 'aim', 'result', ''];
  const widths = head.map((title, column) =>
    Math.max(title.length, ...table.map((cells) => (cells[column] ?? '').length)),
  );
  for (const cells of [head, ...table])
    say(
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}
