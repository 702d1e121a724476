import {
  allocationKeyEndpoints,
  changeKeyVersionBody,
  keyVersionBody,
  type AllocationKey,
  type ChangeKeyVersionBody,
  type KeyVersionBody,
  type PreviewKeyBody,
} from '@opex/contracts/allocation-keys';
import { reasonBody } from '@opex/contracts/common';
import Typography from '@mui/material/Typography';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { FormDay } from '../../components/form/form-day.tsx';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { LinesSkeleton } from '../../components/states.tsx';
import { allocationKeys } from '../../domain/allocation-keys.queries.ts';
import { callApi } from '../../lib/api.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { missingIn, typedOf, versionBodyOf, type DriverValues } from './driver-values.ts';
import type { KeyVersion } from './key-changes.ts';
import { KeyPreviewTables } from './key-preview.tsx';
import { keyPreview } from './masters.queries.ts';
import { useKeyCorrection } from './use-key-correction.ts';

/** What is about to happen to a key, as it was when the dialog opened. */
export type KeyVersionTask =
  { verb: 'add'; seen: AllocationKey } | { verb: 'correct' | 'remove'; seen: AllocationKey; version: KeyVersion };

/** Where what is typed is kept. */
export const keyVersionPlace = ({ id }: AllocationKey) => `version of key ${id}`;

const reasonTitle = { reason: 'Reason' };
const valuesTitles = { validFrom: 'From the month', drivers: 'Values' };
const reasonHint = 'At least 3 characters; it is kept with the key and in the history of each service';

/** `firstOpen` is the first month that may still change: "2026-01". */
type Props = { task: KeyVersionTask; firstOpen: string; onClose: () => void };

export function KeyVersionDialog({ task, firstOpen, onClose }: Props) {
  if (task.verb === 'add') return <AddDialog seen={task.seen} firstOpen={firstOpen} onClose={onClose} />;
  if (task.verb === 'correct') return <CorrectDialog {...task} onClose={onClose} />;
  return <RemoveDialog {...task} onClose={onClose} />;
}

function AddDialog({ seen, firstOpen, onClose }: { seen: AllocationKey; firstOpen: string; onClose: () => void }) {
  const { id, name, versions } = seen;
  const write = useWrite(
    (body: ChangeKeyVersionBody) => callApi(allocationKeyEndpoints.addVersion, { params: { id }, body }),
    useSaved(onClose),
  );
  const initial = { ...typedOf({ validFrom: firstOpen, drivers: versions[0]?.drivers ?? [] }), reason: '' };
  const edit = useVersionForm(seen, initial, write.error);
  return (
    <ValuesDialog
      title={`New values of ${name}`}
      edit={edit}
      preview={useKeyPreview(seen, edit.shown && { version: edit.shown })}
      isBusy={write.isPending}
      onSave={(body) => write.mutate(body)}
      onBack={write.reset}
      onClose={onClose}
    />
  );
}

type OneProps = { seen: AllocationKey; version: KeyVersion; onClose: () => void };

function CorrectDialog({ seen: opened, version, onClose }: OneProps) {
  const onSaved = useSaved(onClose);
  /** Another one than was opened, once a conflict was settled. */
  const [seen, setSeen] = useState(opened);
  const write = useKeyCorrection(opened, version, {
    onSettled: (now, merged) => {
      const typed = typedOf(merged);
      setSeen(now);
      edit.form.change('validFrom', typed.validFrom);
      edit.form.change('drivers', typed.drivers);
      edit.show(merged);
    },
    onDone: (saved) => (saved ? onSaved(saved) : onClose()),
  });
  const edit = useVersionForm(seen, { ...typedOf(version), reason: '' }, write.error);
  return (
    <>
      <ValuesDialog
        title={`Correct ${seen.name}`}
        edit={edit}
        preview={useKeyPreview(seen, edit.shown && { versionId: version.id, version: edit.shown })}
        note={seen !== opened && 'Another person changed these values meanwhile. This is what is saved now:'}
        isBusy={write.isPending}
        onSave={(body) => write.save(body, seen)}
        onBack={write.reset}
        onClose={onClose}
      />
      {write.conflict}
    </>
  );
}

type Draft = { validFrom: string; drivers: DriverValues; reason: string };

/** Values first, then what they would move, with the reason; nothing is saved unseen. */
function useVersionForm(key: AllocationKey, initial: Draft, error: unknown) {
  /** What is previewed, once the values are complete. */
  const [shown, show] = useState<KeyVersionBody | null>(null);
  const form = useDialogForm<Draft, KeyVersionBody | ChangeKeyVersionBody>({
    place: keyVersionPlace(key),
    initial,
    titles: shown ? reasonTitle : valuesTitles,
    schema: shown ? changeKeyVersionBody : keyVersionBody,
    bodyOf: ({ reason, ...values }) => ({ ...versionBodyOf(values), ...(shown && { reason }) }),
    error,
  });
  return { form, shown, show };
}

type ValuesProps = {
  title: string;
  edit: ReturnType<typeof useVersionForm>;
  preview: ReturnType<typeof useKeyPreview>;
  note?: ReactNode;
  isBusy: boolean;
  onSave: (body: ChangeKeyVersionBody) => void;
  onBack: () => void;
  onClose: () => void;
};

function ValuesDialog({ title, edit, preview, note, isBusy, onSave, onBack, onClose }: ValuesProps) {
  const { form, shown, show } = edit;
  const dialog = form.dialog((body) => ('reason' in body ? onSave(body) : show(body)));
  if (shown)
    return (
      <FormDialog
        title={title}
        confirmLabel="Save"
        maxWidth="md"
        isBusy={isBusy}
        {...dialog}
        missing={preview.missing ?? dialog.missing}
        error={dialog.error ?? preview.error}
        onBack={() => {
          onBack();
          show(null);
        }}
        onCancel={onClose}
      >
        {note && <Typography>{note}</Typography>}
        {preview.tables}
        {preview.isReady && <FormField form={form} name="reason" helperText={reasonHint} />}
      </FormDialog>
    );
  return (
    <FormDialog
      title={title}
      confirmLabel="Preview"
      maxWidth="sm"
      {...dialog}
      missing={dialog.missing ?? missingIn(form.draft.drivers)}
      onCancel={onClose}
    >
      <FormDay form={form} name="validFrom" kind="month" />
      <Typography color="textSecondary">Months before it keep the values they have.</Typography>
      <DriversEditor form={form} />
    </FormDialog>
  );
}

function RemoveDialog({ seen, version, onClose }: OneProps) {
  const { id } = seen;
  const write = useWrite(
    (body: { reason: string }) =>
      callApi(allocationKeyEndpoints.removeVersion, {
        params: { id, versionId: version.id },
        version: seen.version,
        body,
      }),
    useSaved(onClose),
  );
  const preview = useKeyPreview(seen, { versionId: version.id });
  const form = useDialogForm({
    place: keyVersionPlace(seen),
    initial: { reason: '' },
    titles: reasonTitle,
    schema: reasonBody,
    error: write.error,
  });
  const dialog = form.dialog((body) => write.mutate(body));
  return (
    <FormDialog
      title={`Remove the values from ${formatDate(version.validFrom)}`}
      confirmLabel="Remove"
      maxWidth="md"
      isBusy={write.isPending}
      {...dialog}
      missing={preview.missing ?? dialog.missing}
      error={dialog.error ?? preview.error}
      onCancel={onClose}
    >
      {preview.tables}
      {preview.isReady && <FormField form={form} name="reason" helperText={reasonHint} />}
    </FormDialog>
  );
}

/** What was saved is on the page at once: who goes on quickly would else start from the version before. */
function useSaved(onClose: () => void) {
  const client = useQueryClient();
  return (saved: AllocationKey) => {
    client.setQueryData(
      allocationKeys.queryKey,
      (list) => list && { ...list, data: list.data.map((key) => (key.id === saved.id ? saved : key)) },
    );
    notify(`${saved.name} is saved`);
    onClose();
  };
}

/** What a change would move. Without a change nothing is asked. */
function useKeyPreview(allocationKey: AllocationKey, change: PreviewKeyBody | null) {
  const { data, error, isLoading } = useQuery({
    ...keyPreview(allocationKey, change ?? {}),
    enabled: change !== null,
  });
  return {
    isReady: data !== undefined,
    missing: data ? null : error ? 'It was refused; change the values' : 'It is still being worked out',
    error,
    tables: data ? <KeyPreviewTables preview={data} /> : isLoading && <LinesSkeleton lines={6} />,
  };
}
