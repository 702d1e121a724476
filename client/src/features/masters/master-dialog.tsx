import { subjectOfMaster } from '@opex/contracts/changes';
import {
  describeMaster,
  masterBody,
  masterEndpoints,
  mergeMasterBody,
  type Master,
  type MasterBody,
  type MasterKind,
  type MergeMasterBody,
} from '@opex/contracts/masters';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { fieldDifferences, withoutFields } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { masterById } from '../../domain/masters.queries.ts';
import { FormMaster } from '../../domain/pickers/form-picker.tsx';
import { callApi } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { counted } from '../../domain/words/counted.ts';

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
  const { one } = describeMaster[kind];
  const endpoints = masterEndpoints[kind];
  const client = useQueryClient();
  const format = useFormat();
  const add = useWrite((body: MasterBody) => callApi(endpoints.create, { body }), onClose);
  const rename = useGuardedWrite<Master, MasterBody, Master>(
    {
      send: (body, { id, version }) => callApi(endpoints.update, { params: { id }, version, body }),
      load: ({ id }) => client.query({ ...masterById(kind, id), staleTime: 0 }),
      differences: fieldDifferences(format),
      without: withoutFields,
      ...(master && { subject: { type: subjectOfMaster[kind], id: master.id } }),
    },
    onClose,
  );
  const form = useDialogForm({
    place: kind,
    initial: { name: master?.name ?? '' },
    titles: { name: 'Name' },
    schema: masterBody,
    error: add.error ?? rename.error,
  });
  return (
    <>
      <FormDialog
        title={master ? `Rename ${master.name}` : `Add ${one}`}
        confirmLabel={master ? 'Rename' : 'Add'}
        isBusy={add.isPending || rename.isPending}
        {...form.dialog((body) => (master ? rename.mutate({ mine: body, seen: master }) : add.mutate(body)))}
        onCancel={onClose}
      >
        <FormField
          form={form}
          name="name"
          autoFocus
          helperText={master && 'It is renamed in every service and every year.'}
        />
      </FormDialog>
      {rename.conflict}
    </>
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

type Merge = { intoId: Master | null; reason: string };
const nothingChosen: Merge = { intoId: null, reason: '' };
const mergeOf = ({ intoId: into, reason }: Merge) => ({ intoId: into?.id, intoVersion: into?.version, reason });

function MergeDialog({ kind, master, onClose }: OneProps) {
  const [idempotencyKey] = useState(newIdempotencyKey);
  const { one } = describeMaster[kind];
  const write = useWrite(
    (body: MergeMasterBody) =>
      callApi(masterEndpoints[kind].merge, {
        params: { id: master.id },
        version: master.version,
        body,
        idempotencyKey,
      }),
    (merged) => {
      notify(`${master.name} is merged into ${merged.name}`);
      onClose();
    },
  );
  const form = useDialogForm({
    place: kind,
    initial: nothingChosen,
    titles: { intoId: 'Merge into', reason: 'Reason' },
    schema: mergeMasterBody,
    bodyOf: mergeOf,
    error: write.error,
  });
  const { intoId: into } = form.draft;
  const dialog = form.dialog((body) => write.mutate(body));
  return (
    <FormDialog
      title={`Merge ${master.name} into another ${one}`}
      confirmLabel="Merge"
      isBusy={write.isPending}
      {...dialog}
      missing={into ? dialog.missing : `Choose the ${one} that stays`}
      onCancel={onClose}
    >
      <FormMaster form={form} name="intoId" kind={kind} except={master.id} autoFocus />
      <FormField form={form} name="reason" helperText="It is kept in the history of everything this changes" />
      <Typography>
        {willName(master.usedBy)} {into?.name ?? 'the one you choose'} instead of {master.name}, in every year.{' '}
        {kind === 'entities' &&
          'Actuals and the values of allocation keys are added up, and people who see one see both. '}
        {master.name} is then gone. It can be brought back under Merges.
      </Typography>
    </FormDialog>
  );
}

const willName = (count: number) =>
  count === 0 ? 'No service uses it now; what ever refers to it will name' : `${counted(count, 'service')} will use`;

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
