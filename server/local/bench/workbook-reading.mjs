// Runs in the thread that reads: what an import does there is left out.
import { openWorkbook } from '../../dist/workbooks/workbook.js';

export async function* work({ path }) {
  const workbook = await openWorkbook(path);
  let cells = 0;
  for (const sheet of workbook.sheets)
    for await (const rows of workbook.rows(sheet)) for (const row of rows) cells += row.cells.length;
  workbook.close();
  yield cells;
}
