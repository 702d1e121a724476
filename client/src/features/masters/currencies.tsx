import { currencyBody, currencyEndpoints, type Currency, type CurrencyBody } from '@opex/contracts/currencies';
import Button from '@mui/material/Button';
import Chip from '@mui/material/Chip';
import Stack from '@mui/material/Stack';
import Typography from '@mui/material/Typography';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { fieldDifferences, withoutFields } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { PlainTable, type PlainColumn } from '../../domain/lists/plain-table.tsx';
import { RowMenu } from '../../components/row-menu.tsx';
import { EmptyState, ErrorState, LinesSkeleton } from '../../components/states.tsx';
import { callApi } from '../../lib/api.ts';
import { useMay } from '../../lib/session.ts';
import { useDialog } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { currencies } from './masters.queries.ts';

const place = 'currencies';

export function Currencies() {
  const may = useMay();
  const mayEdit = may('masters.edit');
  const { data, error, refetch } = useQuery(currencies);
  const { task: editing, open: setEditing, close } = useDialog<Currency | 'new'>(place);

  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LinesSkeleton />;
  return (
    <Stack spacing={3} sx={{ maxWidth: 720 }}>
      <Stack direction="row" sx={{ alignItems: 'center', justifyContent: 'space-between' }}>
        <Typography color="textSecondary">Amounts are kept and compared in {data.baseCurrency}.</Typography>
        {mayEdit && (
          <Button variant="contained" onClick={() => setEditing('new')}>
            Add currency
          </Button>
        )}
      </Stack>
      {data.data.length === 0 ? (
        <EmptyState title="No other currency yet" hint="Add the ones your orders are made in, and then their rates." />
      ) : (
        <PlainTable
          label="Currencies"
          rows={data.data}
          keyOf={({ id }) => id}
          columns={columnsOf(mayEdit ? setEditing : undefined)}
        />
      )}
      {editing && <CurrencyDialog {...(editing !== 'new' && { currency: editing })} onClose={close} />}
    </Stack>
  );
}

function columnsOf(edit: ((currency: Currency) => void) | undefined): PlainColumn<Currency>[] {
  const columns: PlainColumn<Currency>[] = [
    { label: 'Code', cell: ({ code }) => code },
    {
      label: 'Name',
      cell: ({ name, retired }) => (
        <>
          {name}
          {retired && <Chip label="Retired" sx={{ marginInlineStart: 2 }} />}
        </>
      ),
    },
  ];
  return edit
    ? [
        ...columns,
        { label: 'Change', cell: (currency) => <Actions currency={currency} onRename={() => edit(currency)} /> },
      ]
    : columns;
}

function Actions({ currency, onRename }: { currency: Currency; onRename: () => void }) {
  const { id, code, retired, version } = currency;
  const write = useWrite(() =>
    callApi(currencyEndpoints.update, { params: { id }, version, body: { retired: !retired } }),
  );
  return (
    <RowMenu
      subject={code}
      actions={[
        { label: 'Rename', run: onRename },
        { label: retired ? 'Reinstate' : 'Retire', run: () => write.mutate() },
      ]}
    />
  );
}

function CurrencyDialog({ currency, onClose }: { currency?: Currency; onClose: () => void }) {
  const client = useQueryClient();
  const format = useFormat();
  const add = useWrite((body: CurrencyBody) => callApi(currencyEndpoints.create, { body }), onClose);
  const rename = useGuardedWrite<Currency, { name: string }, Currency>(
    {
      send: (body, { id, version }) => callApi(currencyEndpoints.update, { params: { id }, version, body }),
      load: async (seen) => {
        const { data } = await client.query({ ...currencies, staleTime: 0 });
        return data.find(({ id }) => id === seen.id) ?? seen;
      },
      differences: fieldDifferences(format),
      without: withoutFields,
      ...(currency && { subject: { type: 'currency' as const, id: currency.id } }),
    },
    onClose,
  );
  const form = useDialogForm({
    place,
    initial: { code: currency?.code ?? '', name: currency?.name ?? '' },
    titles: { code: 'Code', name: 'Name' },
    schema: currencyBody,
    error: add.error ?? rename.error,
  });
  return (
    <>
      <FormDialog
        title={currency ? `Rename ${currency.code}` : 'Add currency'}
        confirmLabel={currency ? 'Rename' : 'Add'}
        isBusy={add.isPending || rename.isPending}
        {...form.dialog(({ code, name }) =>
          currency ? rename.mutate({ mine: { name }, seen: currency }) : add.mutate({ code, name }),
        )}
        onCancel={onClose}
      >
        <FormField
          form={form}
          name="code"
          helperText="Three letters, such as USD"
          toValue={(typed) => typed.toUpperCase()}
          disabled={currency !== undefined}
          autoFocus={currency === undefined}
        />
        <FormField form={form} name="name" autoFocus={currency !== undefined} />
      </FormDialog>
      {rename.conflict}
    </>
  );
}
