import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import TextField from '@mui/material/TextField';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { driversOf, isDriverValue, totalOf, type DriverValues } from './driver-values.ts';

type Draft = { name: string; driverType: string; month: string; values: DriverValues };

/** Where what is typed is kept. */
export const newKeyPlace = 'new key';

/** A new key with its first values; nothing is shared by it yet, so there is nothing to preview. */
export function KeyDialog({ firstOpen, onClose }: { firstOpen: string; onClose: () => void }) {
  const { draft, set, isChanged } = useDraft<Draft>(newKeyPlace, {
    name: '',
    driverType: '',
    month: firstOpen,
    values: {},
  });
  const { name, driverType, month, values } = draft;
  const write = useWrite(
    () =>
      callApi(allocationKeyEndpoints.create, {
        body: { name, driverType, validFrom: `${month}-01`, drivers: driversOf(values) },
      }),
    (saved) => {
      notify(`${saved.name} is saved`);
      onClose();
    },
  );
  const isNamed = name.trim() !== '' && driverType.trim() !== '';
  const hasValues = Object.values(values).every(isDriverValue) && !totalOf(values).isZero();

  return (
    <FormDialog
      title="Add key"
      confirmLabel="Add"
      maxWidth="sm"
      isBusy={write.isPending}
      isChanged={isChanged}
      missing={
        isNamed && /^\d{4}-\d\d$/.test(month) && hasValues
          ? null
          : 'Fill in the name, what is counted, the month and at least one value'
      }
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
      />
      <TextField
        label="Driver type"
        helperText="What is counted: headcount, mailboxes, revenue"
        value={driverType}
        onChange={({ target }) => set({ driverType: target.value })}
        slotProps={{ htmlInput: { maxLength: 60 } }}
      />
      <TextField
        type="month"
        label="From the month"
        value={month}
        onChange={({ target }) => set({ month: target.value })}
        placeholder="2026-04"
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <DriversEditor values={values} onChange={(next) => set({ values: next })} />
    </FormDialog>
  );
}
