import type { AuditBatch, AuditEntry } from '@opex/contracts/audit';
import { trackerEndpoints } from '@opex/contracts/tracker';
import Button from '@mui/material/Button';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { useConflict } from '../../domain/conflict/use-conflict.tsx';
import { fiscalYears } from '../../domain/fiscal-years.queries.ts';
import { valueWords } from '../../domain/words/field-words.ts';
import { useTitleOf } from '../../domain/words/use-title-of.ts';
import { callApi, statusOf } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { servicesNow } from './audit.queries.ts';
import { changesOf, wayBack, type Cell, type Changed } from './batch.rules.ts';

const attempts = 3;

/** Puts back what a batch changed; what was changed again since is asked about. */
export function UndoBatch({ batch, entries }: { batch: AuditBatch; entries: readonly AuditEntry[] }) {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const format = useFormat();
  const { data: years } = useQuery(fiscalYears);
  const titleOf = useTitleOf(years?.data.find(({ label }) => label === batch.fy));
  const { ask, conflict } = useConflict({ ways: { theirs: 'Leave it', mine: 'Put it back' } });
  const query = batch.fy === null ? {} : { fy: batch.fy };

  async function chosenOf(changed: readonly Changed[]) {
    if (changed.length === 0) return [];
    const mine = await ask(
      changed.map((cell) => ({
        key: keyOf(cell),
        what: `${cell.row.uid} ${cell.row.service}, ${titleOf(cell.field)}`,
        mine: valueWords(cell.field, cell.before, format),
        theirs: valueWords(cell.field, cell.now, format),
      })),
    );
    return mine && changed.filter((cell) => mine.has(keyOf(cell)));
  }

  /** How many cells were put back; null when it was given up. */
  async function undo(reason: string, left = attempts): Promise<number | null> {
    const ids = entries.map(({ subjectId }) => subjectId);
    const data = await client.query(servicesNow(ids, batch.fy));
    const { cells, changed } = wayBack(entries, data);
    const chosen = await chosenOf(changed);
    if (!chosen) return null;
    const changes = changesOf([...cells, ...chosen]);
    if (changes.length === 0) return 0;
    try {
      await callApi(trackerEndpoints.updateMany, { query, body: { reason, changes } });
    } catch (error) {
      // Somebody was faster: what was read is looked at again.
      if (statusOf(error) !== 412 || left <= 1) throw error;
      return undo(reason, left - 1);
    }
    return cells.length + chosen.length;
  }

  const write = useWrite(
    (reason: string) => undo(reason),
    (count) => {
      setOpen(false);
      if (count !== null) notify(doneWords(count));
    },
  );
  return (
    <>
      <Button variant="outlined" onClick={() => setOpen(true)}>
        {entries.length === 1 ? 'Undo this change' : 'Undo this batch'}
      </Button>
      {isOpen && (
        <ReasonDialog
          title="Why is this undone?"
          initialReason={batch.reason ? `Undo: ${batch.reason}` : ''}
          confirmLabel="Undo"
          isBusy={write.isPending}
          error={write.error}
          onConfirm={(reason) => write.mutate(reason)}
          onCancel={() => setOpen(false)}
        >
          {entries.length === 1 ? entries[0]?.subject : `${entries.length} services`} will hold again what{' '}
          {entries.length === 1 ? 'it' : 'they'} held before. You are asked about what was changed again since.
        </ReasonDialog>
      )}
      {conflict}
    </>
  );
}

const keyOf = ({ row, field }: Cell) => `${row.id} ${field}`;
const doneWords = (count: number) =>
  count === 0
    ? 'Nothing to undo: all of it is as it was before'
    : `Undone: ${count === 1 ? 'one cell' : `${count} cells`}`;
