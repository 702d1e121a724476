import { currencyEndpoints, rateSets, ratesBody, type RatesBody } from '@opex/contracts/currencies';
import Typography from '@mui/material/Typography';
import { FormDialog } from '../../components/form/form-dialog.tsx';
import { FormField } from '../../components/form/form-field.tsx';
import { useDialogForm } from '../../components/form/use-dialog-form.ts';
import { formatDate } from '../../domain/amounts/format.ts';
import { counted } from '../../domain/words/counted.ts';
import { callApi } from '../../lib/api.ts';
import { notify } from '../../lib/notices.ts';
import { useWrite } from '../../lib/use-write.ts';
import { RateCurrency } from './rate-currency.tsx';
import { readRateLines, slipIn } from './rate-lines.ts';

/** Where what is typed is kept. */
export const manyRatesPlace = 'many rates';

type Draft = { set: (typeof rateSets)[number]; currencyId: number | ''; lines: string; reason: string };
const empty: Draft = { set: 'ACTUAL', currencyId: '', lines: '', reason: '' };

/** A year of rates of one currency at once: all or none. */
export function RatesDialog({ base, onClose }: { base: string; onClose: () => void }) {
  const write = useWrite(
    (body: RatesBody) => callApi(currencyEndpoints.createRates, { body }),
    ({ data: added }) => {
      notify(`${counted(added.length, 'rate')} added`);
      onClose();
    },
  );
  const form = useDialogForm<Draft, RatesBody>({
    place: manyRatesPlace,
    initial: empty,
    titles: { set: 'Set', currencyId: 'Currency', lines: 'Months and rates', reason: 'Reason' },
    schema: ratesBody,
    bodyOf: ({ set, currencyId, lines, reason }) => ({
      rates: readRateLines(lines).lines.map((line) => ({ ...line, set, currencyId: currencyId || undefined })),
      ...(reason.trim() && { reason }),
    }),
    error: write.error,
  });
  const { lines, currencyId } = form.draft;
  const read = readRateLines(lines);
  const slip = slipIn(read.lines);
  const dialog = form.dialog((body) => write.mutate(body));
  return (
    <FormDialog
      title="Paste rates"
      confirmLabel={read.lines.length > 0 ? `Add ${counted(read.lines.length, 'rate')}` : 'Add'}
      isBusy={write.isPending}
      {...dialog}
      missing={currencyId === '' ? 'Currency: choose one' : (read.problem ?? dialog.missing)}
      onCancel={onClose}
    >
      <RateCurrency form={form} base={base} />
      <FormField
        form={form}
        name="lines"
        multiline
        minRows={6}
        maxRows={14}
        helperText={`Two columns from a workbook: month or day, and ${base} for one`}
      />
      {slip && (
        <Typography role="alert">
          {slip.rate} from {formatDate(slip.effectiveDate)} on is far off the rate before it. Look at it again.
        </Typography>
      )}
      <FormField form={form} name="reason" helperText="Needed where a month is being closed" />
    </FormDialog>
  );
}
