import type { ImportConflict } from '@opex/contracts/import-findings';
import { type ImportRecord, importEndpoints, type PutBackBody, putBackBody } from '@opex/contracts/imports';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { Amount } from '../../domain/amounts/amount.tsx';
import { PlainTable } from '../../domain/lists/plain-table.tsx';
import { counted } from '../../domain/words/counted.ts';
import { callApi } from '../../lib/api.ts';
import { useWrite } from '../../lib/use-write.ts';
import { conflictsOf } from './imports.queries.ts';

type Does = 'undo' | 'redo';
type Props = { record: ImportRecord; does: Does; place: string; onClose: () => void };
type Draft = { reason: string; conflicts: 'keep' | 'overwrite' | undefined };

const words = {
  undo: {
    title: 'Undo',
    reason: 'Undone',
    label: 'Undo',
    hint: 'get back what they had before',
    restored: 'Undoing writes',
    loaded: 'The import wrote',
  },
  redo: {
    title: 'Apply again:',
    reason: 'Applied again',
    label: 'Apply again',
    hint: 'get again what the file says',
    restored: 'Applying writes',
    loaded: 'Undoing left',
  },
} as const;

/** Puts back what an import changed, or what undoing it did. What others wrote since is shown before. */
export function PutBackDialog({ record, does, place, onClose }: Props) {
  const [seen] = useState(record);
  const { id, version, name, counts } = seen;
  const { title, reason, label, hint } = words[does];
  const { data: found, error, refetch } = useQuery(conflictsOf(id));
  const write = useWrite(
    (body: PutBackBody) => callApi(importEndpoints[does], { params: { id }, version, body }),
    onClose,
  );
  const form = useDialogForm<Draft, PutBackBody>({
    place,
    initial: { reason: `${reason}: ${name}`, conflicts: undefined },
    titles: { reason: 'Reason' },
    schema: putBackBody,
    error: write.error,
  });
  const dialog = form.dialog((body) => write.mutate(body));
  const isUndecided = found !== undefined && found.total > 0 && !form.draft.conflicts;
  return (
    <FormDialog
      title={`${title} ${name}`}
      confirmLabel={label}
      maxWidth={found && found.total > 0 ? 'md' : 'sm'}
      {...dialog}
      missing={
        found ? (isUndecided ? 'Say what happens to what others wrote' : dialog.missing) : 'Looking for later changes'
      }
      isBusy={write.isPending}
      onCancel={onClose}
    >
      <Typography>
        {counted(counts?.changed ?? 0, 'service')} {hint}. All of it, or nothing.
      </Typography>
      {error && !found && <ErrorState error={error} onRetry={() => void refetch()} />}
      {!error && !found && <LinesSkeleton lines={2} />}
      {found && found.total > 0 && (
        <Conflicts
          does={does}
          conflicts={found.data}
          total={found.total}
          chosen={form.draft.conflicts}
          onChoose={(choice) => form.change('conflicts', choice)}
        />
      )}
      <FormField form={form} name="reason" multiline maxRows={6} helperText="It is kept in the history of the change" />
    </FormDialog>
  );
}

type ConflictProps = {
  does: Does;
  conflicts: ImportConflict[];
  total: number;
  chosen: Draft['conflicts'];
  onChoose: (choice: 'keep' | 'overwrite') => void;
};

function Conflicts({ does, conflicts, total, chosen, onChoose }: ConflictProps) {
  const { restored, loaded } = words[does];
  const what = `${counted(total, 'month')} ${total === 1 ? 'was' : 'were'} changed since`;
  return (
    <>
      <PlainTable
        label={what}
        rows={conflicts}
        keyOf={({ serviceId, title }) => `${serviceId} ${title}`}
        columns={[
          { label: 'Service', cell: ({ uid }) => uid },
          { label: 'What', cell: ({ title }) => title },
          { label: loaded, isAmount: true, isMinor: true, cell: (one) => <Value value={one.loaded} /> },
          { label: 'Now', isAmount: true, cell: ({ now }) => <Value value={now} /> },
          { label: restored, isAmount: true, cell: (one) => <Value value={one.restored} /> },
        ]}
      />
      {total > conflicts.length && <Typography>These are the first {conflicts.length}.</Typography>}
      <FormControl>
        <FormLabel id="conflicts">{what}</FormLabel>
        <RadioGroup
          aria-labelledby="conflicts"
          value={chosen ?? ''}
          onChange={(_, choice) => onChoose(choice as 'keep' | 'overwrite')}
        >
          <FormControlLabel value="keep" control={<Radio />} label="Keep them as they are now" />
          <FormControlLabel
            value="overwrite"
            control={<Radio />}
            label={`Overwrite them: ${restored.toLowerCase()} what is shown`}
          />
        </RadioGroup>
      </FormControl>
    </>
  );
}

const Value = ({ value }: { value: string | null }) => (value === null ? 'empty' : <Amount value={value} />);
