import { allocationKeyEndpoints, createKeyBody, type CreateKeyBody } from '@opex/contracts/allocation-keys';
import { FormDay } from '../../components/form/form-day.tsx';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { callApi } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { DriversEditor } from './drivers-editor.tsx';
import { versionBodyOf, missingIn, type DriverValues } from './driver-values.ts';

type Draft = { name: string; driverType: string; validFrom: string; drivers: DriverValues };

/** Where what is typed is kept. */
export const newKeyPlace = 'new key';

/** A new key with its first values; nothing is shared by it yet, so there is nothing to preview. */
export function KeyDialog({ firstOpen, onClose }: { firstOpen: string; onClose: () => void }) {
  const write = useWrite(
    (body: CreateKeyBody) => callApi(allocationKeyEndpoints.create, { body }),
    (saved) => {
      notify(`${saved.name} is saved`);
      onClose();
    },
  );
  const form = useDialogForm<Draft, CreateKeyBody>({
    place: newKeyPlace,
    initial: { name: '', driverType: '', validFrom: firstOpen, drivers: {} },
    titles: { name: 'Name', driverType: 'Driver type', validFrom: 'From the month', drivers: 'Values' },
    schema: createKeyBody,
    bodyOf: ({ name, driverType, ...version }) => ({ name, driverType, ...versionBodyOf(version) }),
    error: write.error,
  });
  const dialog = form.dialog((body) => write.mutate(body));

  return (
    <FormDialog
      title="Add key"
      confirmLabel="Add"
      maxWidth="sm"
      isBusy={write.isPending}
      {...dialog}
      missing={dialog.missing ?? missingIn(form.draft.drivers)}
      onCancel={onClose}
    >
      <FormField form={form} name="name" autoFocus />
      <FormField form={form} name="driverType" helperText="What is counted: headcount, mailboxes, revenue" />
      <FormDay form={form} name="validFrom" kind="month" />
      <DriversEditor form={form} />
    </FormDialog>
  );
}
