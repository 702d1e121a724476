import { allocationKeyEndpoints, type AllocationKey } from '@opex/contracts/allocation-keys';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { FormDialog } from '../../components/form-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { driversOf, isDriverValue, totalOf, type DriverValues } from './driver-values.ts';

/** Where what is typed is kept. */
export const keyPlace = (key?: AllocationKey) => (key ? `key ${key.id}` : 'new key');

/** New values for a key, or, without one, a new key with its first values. */
export function KeyDialog({ allocationKey, onClose }: { allocationKey?: AllocationKey; onClose: () => void }) {
  const { draft, set, isChanged } = useDraft(keyPlace(allocationKey), {
    name: '',
    driverType: '',
    month: '',
    values: newestValues(allocationKey),
  });
  const { name, driverType, month, values } = draft;
  const version = () => ({ validFrom: `${month}-01`, drivers: driversOf(values) });
  const write = useWrite(
    () =>
      allocationKey
        ? callApi(allocationKeyEndpoints.addVersion, { params: { id: allocationKey.id }, body: version() })
        : callApi(allocationKeyEndpoints.create, { body: { name, driverType, ...version() } }),
    (saved) => {
      notify(`${saved.name} is saved`);
      onClose();
    },
  );
  const isNamed = allocationKey !== undefined || (name.trim() !== '' && driverType.trim() !== '');
  const hasValues = Object.values(values).every(isDriverValue) && !totalOf(values).isZero();

  return (
    <FormDialog
      title={allocationKey ? `New values of ${allocationKey.name}` : 'Add key'}
      confirmLabel={allocationKey ? 'Save' : 'Add'}
      maxWidth="sm"
      isBusy={write.isPending}
      isChanged={isChanged}
      isIncomplete={!isNamed || !/^\d{4}-\d\d$/.test(month) || !hasValues}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      {!allocationKey && (
        <>
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
        </>
      )}
      <TextField
        type="month"
        label="From the month"
        value={month}
        onChange={({ target }) => set({ month: target.value })}
        placeholder="2026-04"
        slotProps={{ inputLabel: { shrink: true } }}
      />
      {allocationKey && <Typography color="textSecondary">Months before it keep the values they have.</Typography>}
      <DriversEditor values={values} onChange={(next) => set({ values: next })} />
    </FormDialog>
  );
}

const newestValues = (key: AllocationKey | undefined): DriverValues =>
  Object.fromEntries(
    (key?.versions[0]?.drivers ?? []).map(({ entityId, value }) => [
      entityId,
      value.includes('.') ? value.replace(/\.?0+$/, '') : value,
    ]),
  );
