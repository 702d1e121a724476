import { currencyEndpoints, type CurrencyRate, type RateBody } from '@opex/contracts/currencies';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { callApi } from '../../lib/api.ts';
import { choiceWord } from '../../domain/words/field-words.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { useDraft } from '../../lib/use-draft.ts';
import { useWrite } from '../../lib/use-write.ts';
import { LateReason, useRateMonths } from './rate-months.tsx';
import { currencies } from './masters.queries.ts';

/** Where what is typed is kept. */
export const ratesPlace = 'rates';

export type RateTask = { verb: 'add' } | { verb: 'correct' | 'delete'; rate: CurrencyRate };
type Props = { task: RateTask; base: string; onClose: () => void };

export function RateDialog({ task, base, onClose }: Props) {
  if (task.verb === 'add') return <AddDialog base={base} onClose={onClose} />;
  if (task.verb === 'correct') return <CorrectDialog rate={task.rate} base={base} onClose={onClose} />;
  return <DeleteDialog rate={task.rate} onClose={onClose} />;
}

type NewRate = Omit<RateBody, 'currencyId' | 'reason'> & { currencyId: number | ''; reason: string };
const newRate: NewRate = { set: 'ACTUAL', currencyId: '', effectiveDate: '', rate: '', reason: '' };

function AddDialog({ base, onClose }: Omit<Props, 'task'>) {
  const { data } = useQuery(currencies);
  const { draft, set: change, isChanged } = useDraft(ratesPlace, newRate);
  const { set, currencyId, effectiveDate, rate, reason } = draft;
  const state = useRateMonths({ set, effectiveDate });
  const write = useWrite((complete: RateBody) => callApi(currencyEndpoints.createRate, { body: complete }), onClose);
  return (
    <FormDialog
      title="Add rate"
      confirmLabel="Add"
      isBusy={write.isPending}
      isChanged={isChanged}
      missing={
        currencyId === '' || effectiveDate === '' || rate.trim() === ''
          ? 'Fill in the currency, its first day and the rate'
          : state.missing(reason)
      }
      error={write.error}
      onConfirm={() =>
        currencyId !== '' && write.mutate({ set, currencyId, effectiveDate, rate: rate.trim(), ...state.said(reason) })
      }
      onCancel={onClose}
    >
      <TextField
        select
        label="Set"
        value={set}
        onChange={({ target }) => change({ set: target.value as RateBody['set'] })}
      >
        <MenuItem value="PLAN">{choiceWord('PLAN')}</MenuItem>
        <MenuItem value="ACTUAL">{choiceWord('ACTUAL')}</MenuItem>
      </TextField>
      <TextField
        select
        label="Currency"
        value={currencyId}
        onChange={({ target }) => change({ currencyId: Number(target.value) })}
      >
        {(data?.data ?? [])
          .filter(({ code, retired }) => code !== base && !retired)
          .map(({ id, code, name }) => (
            <MenuItem key={id} value={id}>
              {code} {name}
            </MenuItem>
          ))}
      </TextField>
      <TextField
        type="date"
        label="From"
        value={effectiveDate}
        onChange={({ target }) => change({ effectiveDate: target.value })}
        slotProps={{ inputLabel: { shrink: true } }}
      />
      <RateField base={base} value={rate} onChange={(next) => change({ rate: next })} />
      <LateReason state={state} value={reason} onChange={(next) => change({ reason: next })} />
    </FormDialog>
  );
}

type RateFieldProps = { base: string; value: string; onChange: (rate: string) => void; autoFocus?: boolean };

function RateField({ base, value, onChange, autoFocus = false }: RateFieldProps) {
  return (
    <TextField
      label={`${base} for one`}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      autoFocus={autoFocus}
      slotProps={{ htmlInput: { inputMode: 'decimal', maxLength: 20 } }}
    />
  );
}

function CorrectDialog({ rate: seen, base, onClose }: { rate: CurrencyRate; base: string; onClose: () => void }) {
  const { draft, set, isChanged } = useDraft(ratesPlace, { rate: seen.rate, reason: '' });
  const { rate, reason } = draft;
  const state = useRateMonths(seen);
  const write = useWrite(
    () =>
      callApi(currencyEndpoints.updateRate, {
        params: { id: seen.id },
        version: seen.version,
        body: { rate: rate.trim(), ...state.said(reason) },
      }),
    onClose,
  );
  return (
    <FormDialog
      title={`Correct ${nameOf(seen)}`}
      confirmLabel="Correct"
      isBusy={write.isPending}
      isChanged={isChanged}
      missing={rate.trim() === '' ? 'Fill in the rate' : state.missing(reason)}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      <RateField base={base} value={rate} onChange={(next) => set({ rate: next })} autoFocus />
      <LateReason state={state} value={reason} onChange={(next) => set({ reason: next })} />
    </FormDialog>
  );
}

function DeleteDialog({ rate, onClose }: { rate: CurrencyRate; onClose: () => void }) {
  const { draft, set, isChanged } = useDraft(ratesPlace, { reason: '' });
  const state = useRateMonths(rate);
  const write = useWrite(
    () =>
      callApi(currencyEndpoints.removeRate, {
        params: { id: rate.id },
        version: rate.version,
        query: state.said(draft.reason),
      }),
    onClose,
  );
  return (
    <FormDialog
      title={`Delete ${nameOf(rate)}`}
      confirmLabel="Delete"
      isBusy={write.isPending}
      isChanged={isChanged}
      missing={state.missing(draft.reason)}
      error={write.error}
      onConfirm={() => write.mutate()}
      onCancel={onClose}
    >
      <Typography>
        Documents of these days then take the rate before it, if that is not too old. What is already converted keeps
        its rate.
      </Typography>
      <LateReason state={state} value={draft.reason} onChange={(reason) => set({ reason })} />
    </FormDialog>
  );
}

const nameOf = ({ currency, set, effectiveDate }: CurrencyRate) =>
  `the ${choiceWord(set).toLowerCase()} rate of ${currency} from ${formatDate(effectiveDate)}`;
