import type { TrackerRow } from '@opex/contracts/tracker';

/** The versions that a session's own saves have made, and the rows as they left them. */
export function createOwnSaves() {
  /** An edit of an old version that was made while the new one was being saved is an edit of the new one. */
  const successors = new Map<string, number>();
  const rows = new Map<string, TrackerRow>();

  function currentVersion({ id, version }: TrackerRow): number {
    let current = version;
    for (let next = successors.get(`${id}:${current}`); next; next = successors.get(`${id}:${current}`)) current = next;
    return current;
  }
  /** A row as our own saves have left it, also where a list was read before them and arrives after. */
  function newest(row: TrackerRow, fy: string): TrackerRow {
    const own = rows.get(`${fy} ${row.id}`);
    return own && own.version > row.version && own.version === currentVersion(row) ? own : row;
  }
  /** `sent` with the versions that they were edits of. */
  function remember(sent: readonly { id: number; version: number }[], saved: readonly TrackerRow[], fy: string) {
    for (const row of saved) rows.set(`${fy} ${row.id}`, row);
    const versions = new Map(saved.map((row) => [row.id, row.version]));
    for (const { id, version } of sent) {
      const next = versions.get(id) ?? version;
      if (next > version) successors.set(`${id}:${version}`, next);
    }
  }
  return { currentVersion, newest, remember };
}
