import { type ImportRecord, importEndpoints, type ImportState } from '@opex/contracts/imports';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { ReasonDialog } from '../../domain/changes/reason-dialog.tsx';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { callApi } from '../../lib/api.ts';
import { useMay } from '../../lib/session.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { loadedRows, sentenceOf } from './imports.words.ts';
import { PutBackDialog } from './put-back-dialog.tsx';
import type { Steps } from './use-steps.ts';

type Props = { record: ImportRecord; steps: Steps };
type Task = 'apply' | 'undo' | 'redo';

const cancellable: readonly ImportState[] = ['received', 'reading', 'asking', 'checking', 'checked', 'failed'];

/** The buttons of an import, and what they ask. */
export function ImportSteps({ record, steps }: Props) {
  const { id, state, counts, columns, sameAs } = record;
  const may = useMay()('budgets.edit');
  const place = `import ${id}`;
  const { task, open, close } = useDialog<Task>(place);
  const isDecided = columns.every(({ use }) => use !== 'unknown');
  const isApplicable = state === 'checked' && isDecided && counts !== null && loadedRows(counts) > 0;
  return (
    <>
      {cancellable.includes(state) && (
        <Button disabled={steps.isBusy} onClick={steps.cancel}>
          Cancel this import
        </Button>
      )}
      {state === 'checked' && (
        <Button disabled={steps.isBusy} onClick={() => steps.choose({})}>
          Check again
        </Button>
      )}
      {may && state === 'checked' && (
        <Button variant="contained" disabled={!isApplicable || steps.isBusy} onClick={() => open('apply')}>
          {sameAs ? 'Apply again' : 'Apply'}
        </Button>
      )}
      {may && state === 'applied' && (
        <Button variant="outlined" onClick={() => open('undo')}>
          Undo
        </Button>
      )}
      {may && state === 'undone' && (
        <Button variant="outlined" onClick={() => open('redo')}>
          Apply again
        </Button>
      )}
      {task === 'apply' && state === 'checked' && <ApplyDialog record={record} onClose={close} />}
      {((task === 'undo' && state === 'applied') || (task === 'redo' && state === 'undone')) && (
        <PutBackDialog key={task} record={record} does={task} place={place} onClose={close} />
      )}
    </>
  );
}

/** Applies what was on screen when it opened, and nothing else: its version goes with it. */
function ApplyDialog({ record, onClose }: { record: ImportRecord; onClose: () => void }) {
  const [seen] = useState(record);
  const format = useFormat();
  const { id, version, name, sameAs } = seen;
  const write = useWrite(
    (reason: string) =>
      callApi(importEndpoints.apply, { params: { id }, version, body: { reason, ...(sameAs && { again: true }) } }),
    onClose,
  );
  return (
    <ReasonDialog
      title={`Apply ${name}`}
      initialReason={`Loaded from ${name}`}
      confirmLabel={sameAs ? 'Apply again' : 'Apply'}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={(reason) => write.mutate(reason)}
      onCancel={onClose}
    >
      {sentenceOf(seen, format.amount)} All of it is applied, or nothing. It can be undone.
      {sameAs && ` The very same file was applied before, as "${sameAs.name}".`}
    </ReasonDialog>
  );
}
