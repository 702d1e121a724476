import {
  createSavedViewBody,
  savedViewEndpoints,
  type CreateSavedViewBody,
  type SavedView,
} from '@opex/contracts/saved-views';
import Checkbox from '@mui/material/Checkbox';
import FormControlLabel from '@mui/material/FormControlLabel';
import { FormDialog } from '../../../components/form/form-dialog.tsx';
import { FormField } from '../../../components/form/form-field.tsx';
import { useDialogForm } from '../../../components/form/use-dialog-form.ts';
import { callApi } from '../../../lib/api.ts';
import { useWrite } from '../../../lib/use-write.ts';

export const viewsPlace = 'views of the tracker';

type Props = {
  /** The view to be renamed or shared; without one, the address becomes a new one. */
  view?: SavedView;
  address: string;
  onClose: () => void;
};

export function SaveViewDialog({ view, address, onClose }: Props) {
  const save = useWrite(
    ({ page, ...body }: CreateSavedViewBody) =>
      view
        ? callApi(savedViewEndpoints.update, { params: { id: view.id }, version: view.version, body })
        : callApi(savedViewEndpoints.create, { body: { page, ...body } }),
    onClose,
  );
  const form = useDialogForm({
    place: viewsPlace,
    initial: { name: view?.name ?? '', isShared: view?.isShared ?? false },
    titles: { name: 'Name', isShared: 'Share with everyone' },
    schema: createSavedViewBody,
    bodyOf: (draft) => ({ page: 'tracker', address, ...draft }),
    error: save.error,
  });
  return (
    <FormDialog
      title={view ? `Change ${view.name}` : 'Save as a view'}
      confirmLabel="Save"
      {...form.dialog((body) => save.mutate(body))}
      isBusy={save.isPending}
      onCancel={onClose}
    >
      <FormField
        form={form}
        name="name"
        helperText="Filters, order and columns are kept. Year, period and entity stay as they are when you open it."
        autoFocus
      />
      <FormControlLabel
        label="Share with everyone who sees budgets"
        control={
          <Checkbox checked={form.draft.isShared} onChange={(_, isShared) => form.change('isShared', isShared)} />
        }
      />
    </FormDialog>
  );
}
