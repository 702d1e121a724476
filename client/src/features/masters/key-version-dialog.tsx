import { allocationKeyEndpoints, type AllocationKey, type KeyVersionBody } from '@opex/contracts/allocation-keys';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { notify } from '../../lib/notices.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { driversOf, isDriverValue, totalOf, type DriverValues } from './driver-values.ts';
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

/** Where what is typed is kept. */
export const keyVersionPlace = ({ id }: AllocationKey) => `key ${id}`;

/** Values first, then what they would move, with the reason; nothing is saved unseen. */
export function KeyVersionDialog({ allocationKey, version, firstOpen, onClose }: Props) {
  const { draft, set, isChanged } = useDraft(keyVersionPlace(allocationKey), {
    month: version?.validFrom.slice(0, 7) ?? firstOpen,
    values: valuesOf(version ?? allocationKey.versions[0]),
  });
  const { month, values } = draft;
  const [isShown, setShown] = useState(false);
  const body: KeyVersionBody = { validFrom: `${month}-01`, drivers: driversOf(values) };
  const hasValues = Object.values(values).every(isDriverValue) && !totalOf(values).isZero();
  const title = version ? `Correct ${allocationKey.name}` : `New values of ${allocationKey.name}`;

  if (isShown)
    return (
      <Confirm
        title={title}
        allocationKey={allocationKey}
        change={{ ...(version && { versionId: version.id }), version: body }}
        onBack={() => setShown(false)}
        onClose={onClose}
      />
    );
  return (
    <FormDialog
      title={title}
      confirmLabel="Preview"
      maxWidth="sm"
      isChanged={isChanged}
      missing={/^\d{4}-\d\d$/.test(month) && hasValues ? null : 'Fill in the month and at least one value'}
      onConfirm={() => setShown(true)}
      onCancel={onClose}
    >
      <TextField
        type="month"
        label="From the month"
        value={month}
        onChange={({ target }) => set({ month: target.value })}
        placeholder="2026-04"
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <Typography color="textSecondary">Months before it keep the values they have.</Typography>
      <DriversEditor values={values} onChange={(next) => set({ values: next })} />
    </FormDialog>
  );
}

export function RemoveVersionDialog({
  allocationKey,
  version,
  onClose,
}: Omit<Props, 'firstOpen'> & { version: Version }) {
  return (
    <Confirm
      title={`Remove the values from ${formatDate(version.validFrom)}`}
      allocationKey={allocationKey}
      change={{ versionId: version.id }}
      onClose={onClose}
    />
  );
}

type Change = { versionId?: number; version?: KeyVersionBody };
type ConfirmProps = {
  title: string;
  allocationKey: AllocationKey;
  change: Change;
  onBack?: () => void;
  onClose: () => void;
};

function Confirm({ title, allocationKey, change, onBack, onClose }: ConfirmProps) {
  const [reason, setReason] = useState('');
  const { data, error, isPending } = useQuery(keyPreview(allocationKey, change));
  const write = useWrite(
    () => save(allocationKey, change, reason.trim()),
    (saved) => {
      notify(`${saved.name} is saved`);
      onClose();
    },
  );
  return (
    <FormDialog
      title={title}
      confirmLabel={change.version ? 'Save' : 'Remove'}
      maxWidth="md"
      isBusy={write.isPending}
      isChanged={reason !== ''}
      missing={
        !data ? 'It is still being worked out' : reason.trim().length < 3 ? 'Reason: use at least 3 characters' : null
      }
      error={write.error ?? error}
      onConfirm={() => write.mutate()}
      onCancel={onBack ?? onClose}
      {...(onBack && { cancelLabel: 'Back' })}
    >
      {isPending && <LinesSkeleton lines={6} />}
      {data && <KeyPreviewTables preview={data} />}
      {data && (
        <TextField
          label="Reason"
          value={reason}
          onChange={({ target }) => setReason(target.value)}
          helperText="At least 3 characters; it is kept with the key and in the history of each service"
          slotProps={{ htmlInput: { maxLength: 500 } }}
        />
      )}
    </FormDialog>
  );
}

function save({ id, version: seen }: AllocationKey, { versionId, version }: Change, reason: string) {
  if (versionId === undefined)
    return callApi(allocationKeyEndpoints.addVersion, {
      params: { id },
      body: { ...(version as KeyVersionBody), reason },
    });
  const about = { params: { id, versionId }, version: seen };
  return version
    ? callApi(allocationKeyEndpoints.changeVersion, { ...about, body: { ...version, reason } })
    : callApi(allocationKeyEndpoints.removeVersion, { ...about, body: { reason } });
}

const valuesOf = (version: Version | undefined): DriverValues =>
  Object.fromEntries(
    (version?.drivers ?? []).map(({ entityId, value }) => [
      entityId,
      value.includes('.') ? value.replace(/\.?0+$/, '') : value,
    ]),
  );
