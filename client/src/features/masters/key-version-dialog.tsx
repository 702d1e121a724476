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
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { missingIn, versionBodyOf, type DriverValues } from './driver-values.ts';
import { KeyPreviewTables } from './key-preview.tsx';
import { keyPreview } from './masters.queries.ts';

type Version = AllocationKey['versions'][number];
type Props = {
  allocationKey: AllocationKey;
  /** What is corrected; without one, new values are added. */
  version?: Version;
  /** The first month that may still change: "2026-01". */
  firstOpen: string;
  onClose: () => void;
};
type Draft = { validFrom: string; drivers: DriverValues; reason: string };

/** Where what is typed is kept. */
export const keyVersionPlace = ({ id }: AllocationKey) => `key ${id}`;

const reasonTitle = { reason: 'Reason' };
const valuesTitles = { validFrom: 'From the month', drivers: 'Values' };
const reasonHint = 'At least 3 characters; it is kept with the key and in the history of each service';

/** Values first, then what they would move, with the reason; nothing is saved unseen. */
export function KeyVersionDialog({ allocationKey, version, firstOpen, onClose }: Props) {
  const { id, name, version: seen } = allocationKey;
  /** What is previewed, once the values are complete. */
  const [shown, setShown] = useState<KeyVersionBody | null>(null);
  const write = useWrite(
    (body: ChangeKeyVersionBody) =>
      version
        ? callApi(allocationKeyEndpoints.changeVersion, {
            params: { id, versionId: version.id },
            version: seen,
            body,
          })
        : callApi(allocationKeyEndpoints.addVersion, { params: { id }, body }),
    savedAnd(onClose),
  );
  const preview = useKeyPreview(allocationKey, shown && { ...(version && { versionId: version.id }), version: shown });
  const form = useDialogForm<Draft, KeyVersionBody | ChangeKeyVersionBody>({
    place: keyVersionPlace(allocationKey),
    initial: {
      validFrom: version?.validFrom.slice(0, 7) ?? firstOpen,
      drivers: valuesOf(version ?? allocationKey.versions[0]),
      reason: '',
    },
    titles: shown ? reasonTitle : valuesTitles,
    schema: shown ? changeKeyVersionBody : keyVersionBody,
    bodyOf: ({ reason, ...values }) => ({ ...versionBodyOf(values), ...(shown && { reason }) }),
    error: write.error,
  });
  const dialog = form.dialog((body) => ('reason' in body ? write.mutate(body) : setShown(body)));
  const title = version ? `Correct ${name}` : `New values of ${name}`;

  if (shown)
    return (
      <FormDialog
        title={title}
        confirmLabel="Save"
        maxWidth="md"
        isBusy={write.isPending}
        {...dialog}
        missing={preview.missing ?? dialog.missing}
        error={dialog.error ?? preview.error}
        onBack={() => {
          write.reset();
          setShown(null);
        }}
        onCancel={onClose}
      >
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
      <FormField form={form} name="validFrom" type="month" placeholder="2026-04" />
      <Typography color="textSecondary">Months before it keep the values they have.</Typography>
      <DriversEditor form={form} />
    </FormDialog>
  );
}

type RemoveProps = Omit<Props, 'firstOpen'> & { version: Version };

export function RemoveVersionDialog({ allocationKey, version, onClose }: RemoveProps) {
  const { id, version: seen } = allocationKey;
  const write = useWrite(
    (body: { reason: string }) =>
      callApi(allocationKeyEndpoints.removeVersion, { params: { id, versionId: version.id }, version: seen, body }),
    savedAnd(onClose),
  );
  const preview = useKeyPreview(allocationKey, { versionId: version.id });
  const form = useDialogForm({
    place: keyVersionPlace(allocationKey),
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

const savedAnd = (onClose: () => void) => (saved: AllocationKey) => {
  notify(`${saved.name} is saved`);
  onClose();
};

/** What a change would move. Without a change nothing is asked. */
function useKeyPreview(allocationKey: AllocationKey, change: PreviewKeyBody | null) {
  const { data, error, isLoading } = useQuery({
    ...keyPreview(allocationKey, change ?? {}),
    enabled: change !== null,
  });
  return {
    isReady: data !== undefined,
    missing: data ? null : 'It is still being worked out',
    error,
    tables: data ? <KeyPreviewTables preview={data} /> : isLoading && <LinesSkeleton lines={6} />,
  };
}

const valuesOf = (version: Version | undefined): DriverValues =>
  Object.fromEntries(
    (version?.drivers ?? []).map(({ entityId, value }) => [
      entityId,
      value.includes('.') ? value.replace(/\.?0+$/, '') : value,
    ]),
  );
