import {
  currencyEndpoints,
  rateBody,
  removeRateQuery,
  updateRateBody,
  type CurrencyRate,
  type RateBody,
  type RemoveRateQuery,
  type UpdateRateBody,
} from '@opex/contracts/currencies';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { FormDay } from '../../components/form/form-day.tsx';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { callApi } from '../../lib/api.ts';
import { choiceWord } from '../../domain/words/field-words.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { useFormat } from '../../domain/amounts/use-format.ts';
import { fieldDifferences } from '../../domain/conflict/field-differences.ts';
import { useGuardedWrite } from '../../domain/conflict/use-guarded-write.tsx';
import { useWrite } from '../../lib/use-write.ts';
import { LateReason, useRateMonths } from './rate-months.tsx';
import { RateCurrency } from './rate-currency.tsx';
import { useRateDoubt } from './rate-doubt.tsx';
import { rateBefore, rateNow } from './masters.queries.ts';

/** Where what is typed is kept. */
export const ratesPlace = 'rates';

export type RateTask = { verb: 'add' } | { verb: 'correct' | 'delete'; rate: CurrencyRate };
type Props = { task: RateTask; base: string; onClose: () => void };

export function RateDialog({ task, base, onClose }: Props) {
  if (task.verb === 'add') return <AddDialog base={base} onClose={onClose} />;
  if (task.verb === 'correct') return <CorrectDialog seen={task.rate} base={base} onClose={onClose} />;
  return <DeleteDialog seen={task.rate} onClose={onClose} />;
}

type NewRate = Omit<RateBody, 'currencyId' | 'reason'> & { currencyId: number | ''; reason: string };
const newRate: NewRate = { set: 'ACTUAL', currencyId: '', effectiveDate: '', rate: '', reason: '' };
const titlesIn = (base: string) => ({ rate: `${base} for one`, reason: 'Reason' });
const isClosed = 'This month cannot be changed';

function AddDialog({ base, onClose }: Omit<Props, 'task'>) {
  const client = useQueryClient();
  const stateOf = useRateMonths();
  const write = useWrite((body: RateBody) => callApi(currencyEndpoints.createRate, { body }), onClose);
  const form = useDialogForm({
    place: ratesPlace,
    initial: newRate,
    titles: { set: 'Set', currencyId: 'Currency', effectiveDate: 'From', ...titlesIn(base) },
    schema: rateBody,
    bodyOf: ({ reason, ...draft }) => ({
      ...draft,
      currencyId: draft.currencyId || undefined,
      effectiveDate: draft.effectiveDate || undefined,
      rate: draft.rate.trim(),
      ...stateOf(draft).said(reason),
    }),
    error: write.error,
  });
  const state = stateOf(form.draft);
  const doubt = useRateDoubt();
  const dialog = form.dialog(
    (body) =>
      void doubt.check(body.rate, client.query({ ...rateBefore(body), staleTime: 0 }), () => write.mutate(body)),
  );
  return (
    <>
      <FormDialog
        title="Add rate"
        confirmLabel="Add"
        isBusy={write.isPending}
        {...dialog}
        missing={state.refusal === null ? dialog.missing : isClosed}
        onCancel={onClose}
      >
        <RateCurrency form={form} base={base} />
        <FormDay form={form} name="effectiveDate" />
        <FormField form={form} name="rate" input={{ inputMode: 'decimal' }} />
        <LateReason state={state} form={form} />
      </FormDialog>
      {doubt.question}
    </>
  );
}

type OneProps = { seen: CurrencyRate; onClose: () => void };

function CorrectDialog({ seen, base, onClose }: OneProps & { base: string }) {
  const state = useRateMonths()(seen);
  const client = useQueryClient();
  const format = useFormat();
  const write = useGuardedWrite<CurrencyRate, UpdateRateBody, CurrencyRate>(
    {
      send: (body, { id, version }) => callApi(currencyEndpoints.updateRate, { params: { id }, version, body }),
      load: (before) => client.query({ ...rateNow(before), staleTime: 0 }),
      differences: fieldDifferences(format),
      without: (mine, given) => (given.has('rate') ? null : mine),
      subject: { type: 'currency-rate', id: seen.id },
    },
    onClose,
  );
  const form = useDialogForm({
    place: ratesPlace,
    initial: { rate: seen.rate, reason: '' },
    titles: titlesIn(base),
    schema: updateRateBody,
    bodyOf: ({ rate, reason }) => ({ rate: rate.trim(), ...state.said(reason) }),
    error: write.error,
  });
  const doubt = useRateDoubt();
  const dialog = form.dialog(
    (body) => void doubt.check(body.rate, Promise.resolve(seen), () => write.mutate({ mine: body, seen })),
  );
  return (
    <>
      <FormDialog
        title={`Correct ${nameOf(seen)}`}
        confirmLabel="Correct"
        isBusy={write.isPending}
        {...dialog}
        missing={state.refusal === null ? dialog.missing : isClosed}
        onCancel={onClose}
      >
        <FormField form={form} name="rate" input={{ inputMode: 'decimal' }} autoFocus />
        <LateReason state={state} form={form} />
      </FormDialog>
      {doubt.question}
      {write.conflict}
    </>
  );
}

function DeleteDialog({ seen, onClose }: OneProps) {
  const state = useRateMonths()(seen);
  const write = useWrite(
    (query: RemoveRateQuery) =>
      callApi(currencyEndpoints.removeRate, { params: { id: seen.id }, version: seen.version, query }),
    onClose,
  );
  const form = useDialogForm({
    place: ratesPlace,
    initial: { reason: '' },
    titles: { reason: 'Reason' },
    schema: removeRateQuery,
    bodyOf: ({ reason }) => state.said(reason),
    error: write.error,
  });
  const dialog = form.dialog((query) => write.mutate(query));
  return (
    <FormDialog
      title={`Delete ${nameOf(seen)}`}
      confirmLabel="Delete"
      isBusy={write.isPending}
      {...dialog}
      missing={state.refusal === null ? dialog.missing : isClosed}
      onCancel={onClose}
    >
      <Typography>
        Documents of these days then take the rate before it, if that is not too old. What is already converted keeps
        its rate.
      </Typography>
      <LateReason state={state} form={form} />
    </FormDialog>
  );
}

const nameOf = ({ currency, set, effectiveDate }: CurrencyRate) =>
  `the ${choiceWord(set).toLowerCase()} rate of ${currency} from ${formatDate(effectiveDate)}`;
