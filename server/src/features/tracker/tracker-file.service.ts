import { periodOf, type TrackerFileQuery, type TrackerListQuery } from '@opex/contracts/tracker';
import type { Caller } from '../../lib/caller.ts';
import { today } from '../../lib/time.ts';
import type { SheetToWrite } from '../../workbooks/to-write.ts';
import * as fiscalYears from '../fiscal-years/fiscal-years.service.ts';
import * as settings from '../settings/settings.service.ts';
import { allColumns, columnsOf, type FileRow } from './tracker-file.rules.ts';
import { findRowsAsJson } from './tracker-rows.repository.ts';
import { findPageIds } from './tracker.repository.ts';
import { sightOf, yearsFor } from './tracker.service.ts';

/** More than any company has. */
const mostRows = 200_000;
/** So few are read at a time that other requests are not held up. */
const rowsAtATime = 200;

/** All that the filter finds, in the order of the list as it is now; the rows are read while the file is written. */
export async function table(
  caller: Pick<Caller, 'scope'>,
  { format: _format, columns: asked, ...query }: TrackerFileQuery,
): Promise<SheetToWrite> {
  const context = await fiscalYears.find(query.fy);
  const whole: TrackerListQuery = { ...query, page: 1, limit: mostRows };
  const years = yearsFor(whole, context);
  const sight = sightOf(caller, query);
  const names = asked?.split(',') ?? allColumns(years.month !== undefined);
  const columns = columnsOf(names, context, years.month);
  const hasMonths = names.some((name) => periodOf(name) !== null);
  const { ids } = await findPageIds(whole, years, sight, await settings.current());
  async function* rows() {
    for (let from = 0; from < ids.length; from += rowsAtATime) {
      const some = ids.slice(from, from + rowsAtATime);
      const found = await findRowsAsJson(some, years, sight, hasMonths);
      // A service may have left the sight of the reader meanwhile.
      for (const json of some.flatMap((id) => found.get(id) ?? [])) {
        const row = JSON.parse(json) as FileRow;
        yield columns.map(({ read }) => read(row));
      }
    }
  }
  return { name: `Tracker ${context.year.label} ${today()}`, columns, rows: rows() };
}
