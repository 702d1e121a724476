import { savedViewEndpoints, type SavedView } from '@opex/contracts/saved-views';
import Button from '@mui/material/Button';
import { useState } from 'react';
import { ConfirmDialog } from '../../../components/confirm-dialog.tsx';
import { DialogShell } from '../../../components/dialog-shell.tsx';
import { RowMenu, type RowAction } from '../../../components/row-menu.tsx';
import { PlainTable } from '../../../domain/lists/plain-table.tsx';
import { callApi } from '../../../lib/api.ts';
import { useMay } from '../../../lib/session.ts';
import { useWrite } from '../../../lib/use-write.ts';

type Props = {
  views: readonly SavedView[];
  /** What is on screen now, as a view would keep it. */
  here: string;
  onEdit: (view: SavedView) => void;
  onClose: () => void;
};

export function ViewsDialog({ views, here, onEdit, onClose }: Props) {
  const may = useMay();
  const [removed, setRemoved] = useState<SavedView | null>(null);
  const prefer = useWrite(({ id, isDefault }: SavedView) =>
    callApi(isDefault ? savedViewEndpoints.forget : savedViewEndpoints.prefer, { params: { id } }),
  );
  const replace = useWrite(({ id, version }: SavedView) =>
    callApi(savedViewEndpoints.update, { params: { id }, version, body: { address: here } }),
  );
  const remove = useWrite(
    ({ id }: SavedView) => callApi(savedViewEndpoints.remove, { params: { id } }),
    () => setRemoved(null),
  );
  const actionsOf = (view: SavedView): RowAction[] => [
    {
      label: view.isDefault ? 'Do not open it first' : 'Open it first, from the menu',
      run: () => prefer.mutate(view),
    },
    ...(view.isOwn
      ? [
          { label: 'Rename or share…', run: () => onEdit(view) },
          ...(view.address === here ? [] : [{ label: 'Replace by what is shown', run: () => replace.mutate(view) }]),
        ]
      : []),
    ...(view.isOwn || may('users.edit') ? [{ label: 'Remove…', run: () => setRemoved(view) }] : []),
  ];
  return (
    <>
      <DialogShell
        title="Views of the budget tracker"
        maxWidth="sm"
        error={prefer.error ?? replace.error}
        onClose={onClose}
        actions={
          <Button variant="contained" onClick={onClose}>
            Done
          </Button>
        }
      >
        <PlainTable
          label="Views"
          rows={views}
          keyOf={({ id }) => id}
          columns={[
            { label: 'Name', isText: true, cell: ({ name }) => name },
            { label: 'Of', isText: true, cell: ({ isOwn, owner }) => (isOwn ? 'You' : owner) },
            { label: 'Seen by', cell: ({ isShared }) => (isShared ? 'Everyone' : 'You') },
            { label: 'Opens first', cell: ({ isDefault }) => (isDefault ? 'Yes' : '') },
            { label: '', cell: (view) => <RowMenu subject={view.name} actions={actionsOf(view)} /> },
          ]}
        />
      </DialogShell>
      {removed && (
        <ConfirmDialog
          title={`Remove ${removed.name}?`}
          confirmLabel="Remove"
          isBusy={remove.isPending}
          error={remove.error}
          onConfirm={() => remove.mutate(removed)}
          onCancel={() => setRemoved(null)}
        >
          {removed.isShared && 'It goes from the lists of everybody else, too.'}
        </ConfirmDialog>
      )}
    </>
  );
}
