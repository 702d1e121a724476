import { describeMaster, masterEndpoints, type Master, type MasterKind } from '@opex/contracts/masters';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { MasterPicker } from '../../domain/pickers/master-picker.tsx';
import { callApi } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { notify } from '../../lib/notices.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';

export type MasterTask =
  { verb: 'add' } | { verb: 'rename' | 'retire' | 'reinstate' | 'merge' | 'delete'; master: Master };

type Props = { kind: MasterKind; task: MasterTask; onClose: () => void };
type OneProps = { kind: MasterKind; master: Master; onClose: () => void };

export function MasterDialog({ kind, task, onClose }: Props) {
  if (task.verb === 'add') return <NameDialog kind={kind} onClose={onClose} />;
  const props = { kind, master: task.master, onClose };
  if (task.verb === 'rename') return <NameDialog {...props} />;
  if (task.verb === 'merge') return <MergeDialog {...props} />;
  if (task.verb === 'delete') return <DeleteDialog {...props} />;
  return <RetireDialog {...props} />;
}

function NameDialog({ kind, master, onClose }: Omit<OneProps, 'master'> & { master?: Master }) {
  const { draft, set, isChanged } = useDraft(kind, { name: master?.name ?? '' });
  const { name } = draft;
  const { one } = describeMaster[kind];
  const endpoints = masterEndpoints[kind];
  const write = useWrite(
    () =>
      master
        ? callApi(endpoints.update, { params: { id: master.id }, version: master.version, body: { name } })
        : callApi(endpoints.create, { body: { name } }),
    onClose,
  );
  return (
    <FormDialog
      title={master ? `Rename ${master.name}` : `Add ${one}`}
      confirmLabel={master ? 'Rename' : 'Add'}
      isBusy={write.isPending}
      isChanged={isChanged}
      isIncomplete={name.trim() === ''}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      <TextField
        label="Name"
        value={name}
        onChange={({ target }) => set({ name: target.value })}
        autoFocus
        slotProps={{ htmlInput: { maxLength: 120 } }}
        {...(master && { helperText: 'It is renamed in every service and every year.' })}
      />
    </FormDialog>
  );
}

function RetireDialog({ kind, master, onClose }: OneProps) {
  const { one } = describeMaster[kind];
  const verb = master.retired ? 'Reinstate' : 'Retire';
  const write = useWrite(
    () =>
      callApi(masterEndpoints[kind].update, {
        params: { id: master.id },
        version: master.version,
        body: { retired: !master.retired },
      }),
    onClose,
  );
  return (
    <ConfirmDialog
      title={`${verb} ${master.name}`}
      confirmLabel={verb}
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      {master.retired
        ? `Services can choose this ${one} again.`
        : `What uses this ${one} keeps it; it is no longer offered for anything else.`}
    </ConfirmDialog>
  );
}

const nothingChosen = { into: null, reason: '' };

function MergeDialog({ kind, master, onClose }: OneProps) {
  const { draft, set, isChanged } = useDraft<{ into: Master | null; reason: string }>(kind, nothingChosen);
  const { into, reason } = draft;
  const [idempotencyKey] = useState(newIdempotencyKey);
  const { one } = describeMaster[kind];
  const write = useWrite(
    ({ id: intoId, version: intoVersion }: Master) =>
      callApi(masterEndpoints[kind].merge, {
        params: { id: master.id },
        version: master.version,
        body: { intoId, intoVersion, reason },
        idempotencyKey,
      }),
    (merged) => {
      notify(`${master.name} is merged into ${merged.name}`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={`Merge ${master.name} into another ${one}`}
      confirmLabel="Merge"
      isBusy={write.isPending}
      isChanged={isChanged}
      isIncomplete={!into || reason.trim().length < 3}
      error={write.error}
      onConfirm={() => into && write.mutate(into)}
      onCancel={onClose}
    >
      <MasterPicker
        kind={kind}
        label="Merge into"
        value={into}
        onChange={(next) => set({ into: next })}
        except={master.id}
        autoFocus
      />
      <TextField
        label="Reason"
        value={reason}
        onChange={({ target }) => set({ reason: target.value })}
        helperText="It is kept in the history of everything this changes"
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
      <Typography>
        {servicesWords(master.usedBy)} {into?.name ?? 'the one you choose'} instead of {master.name}, in every year.{' '}
        {kind === 'entities' &&
          'Actuals and the values of allocation keys are added up, and people who see one see both. '}
        {master.name} is then gone. It can be brought back under Merges.
      </Typography>
    </FormDialog>
  );
}

const servicesWords = (count: number) =>
  count === 0
    ? 'No service uses it now; what ever refers to it will name'
    : count === 1
      ? '1 service will use'
      : `${count} services will use`;

function DeleteDialog({ kind, master, onClose }: OneProps) {
  const write = useWrite(
    () => callApi(masterEndpoints[kind].remove, { params: { id: master.id }, version: master.version }),
    () => {
      notify(`${master.name} is deleted`);
      onClose();
    },
  );
  return (
    <ConfirmDialog
      title={`Delete ${master.name}`}
      confirmLabel="Delete"
      isBusy={write.isPending}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      Only what nothing uses can be deleted. The audit log keeps its name.
    </ConfirmDialog>
  );
}
