import { initiativeTypes, serviceTypes } from '@opex/contracts/fields/service';
import { allocationKeyEndpoints } from '@opex/contracts/allocation-keys';
import type { MasterKind } from '@opex/contracts/masters';
import { serviceEndpoints, type CreateServiceBody } from '@opex/contracts/services';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useNavigate } from 'react-router';
import { MasterPicker, type Chosen } from '../../components/master-picker.tsx';
import { wordsOf } from '../../components/states.tsx';
import { AmountField } from '../../components/amount-field.tsx';
import { DoubtDialog, type DoubtLine } from '../../components/doubt-dialog.tsx';
import { doubtAbout } from '../../lib/doubtful-amount.ts';
import { useAmountEntry, type AmountEntry } from '../../lib/use-amount-entry.ts';
import { callApi } from '../../lib/api.ts';
import { newIdempotencyKey } from '../../lib/idempotency-key.ts';
import { useSharedSearch } from '../../lib/use-search-state.ts';
import { useWrite } from '../../lib/use-write.ts';

type Draft = Omit<CreateServiceBody, 'budget' | 'fy'> & { budget: string };
const blank: Draft = { uid: '', service: '', serviceType: 'Dedicated', initiativeType: 'New', budget: '' };

type Props = { fy: string; onClose: () => void };

/** The few things a service begins with; the rest is filled in on its page. */
export function NewServiceDialog({ fy, onClose }: Props) {
  const [draft, setDraft] = useState(blank);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ body: CreateServiceBody; line: DoubtLine } | null>(null);
  const entry = useAmountEntry();
  // A repeat of the same request makes no second service.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const navigate = useNavigate();
  const search = useSharedSearch({ fy });
  const create = useWrite(
    (body: CreateServiceBody) => callApi(serviceEndpoints.create, { body, idempotencyKey }),
    ({ id }) => void navigate({ pathname: `/services/${id}`, search }),
  );
  const set = (changes: Partial<Draft>) => setDraft((old) => ({ ...old, ...changes }));

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    const body = bodyOf(draft, fy, entry);
    setComplaint(typeof body === 'string' ? body : null);
    if (typeof body === 'string') return;
    const { budget: amount = null } = body;
    const doubt = doubtAbout({ amount, known: [] });
    if (doubt && amount !== null) setAsked({ body, line: { where: `Budget ${fy}`, amount, doubt } });
    else create.mutate(body);
  }
  function confirm() {
    setAsked(null);
    if (asked) create.mutate(asked.body);
  }
  const words = complaint ?? (create.error && wordsOf(create.error));
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm">
      <form onSubmit={submit} noValidate>
        <DialogTitle variant="h2">New service</DialogTitle>
        <DialogContent>
          <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { sm: '1fr 1fr' }, paddingTop: 2 }}>
            <Fields draft={draft} set={set} fy={fy} />
          </Box>
          {words && (
            <Typography role="alert" color="error" sx={{ paddingTop: 3 }}>
              {words}
            </Typography>
          )}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={create.isPending}>
            Add service
          </Button>
        </DialogActions>
      </form>
      {asked && <DoubtDialog lines={[asked.line]} count={1} onShown={confirm} onCancel={() => setAsked(null)} />}
    </Dialog>
  );
}

function bodyOf({ budget, ...draft }: Draft, fy: string, entry: AmountEntry): CreateServiceBody | string {
  if (!draft.uid.trim()) return 'Give the service a UID.';
  if (!draft.service?.trim()) return 'Give the service a name.';
  const amount = entry.read(budget);
  if (!amount.ok) return `Budget: ${amount.message}.`;
  const given = Object.entries(draft).filter(([, value]) => value !== '');
  return {
    ...Object.fromEntries(given),
    fy,
    ...(amount.value !== null && { budget: amount.value }),
  } as CreateServiceBody;
}

type FieldsProps = { draft: Draft; set: (changes: Partial<Draft>) => void; fy: string };

function Fields({ draft, set, fy }: FieldsProps) {
  const date = { type: 'date', slotProps: { inputLabel: { shrink: true } } } as const;
  const choice = { select: true, slotProps: { select: { native: true } } } as const;
  return (
    <>
      <TextField
        label="UID"
        required
        autoFocus
        value={draft.uid}
        onChange={({ target }) => set({ uid: target.value })}
      />
      <TextField
        label="Service"
        required
        value={draft.service}
        onChange={({ target }) => set({ service: target.value })}
      />
      <MasterInput kind="vendors" label="Vendor" onChange={(vendorId) => set({ vendorId })} />
      <MasterInput kind="towers" label="Tower" onChange={(towerId) => set({ towerId })} />
      <MasterInput kind="budget-heads" label="Budget head" onChange={(budgetHeadId) => set({ budgetHeadId })} />
      <TextField
        label="Initiative"
        {...choice}
        value={draft.initiativeType}
        onChange={({ target }) => set({ initiativeType: target.value as Draft['initiativeType'] })}
      >
        {initiativeTypes.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </TextField>
      <TextField
        label="Type"
        {...choice}
        value={draft.serviceType}
        onChange={({ target }) =>
          set({ serviceType: target.value as Draft['serviceType'], entityId: undefined, budgetKeyId: undefined })
        }
      >
        {serviceTypes.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </TextField>
      {draft.serviceType === 'Dedicated' ? (
        <MasterInput kind="entities" label="Entity" onChange={(entityId) => set({ entityId })} />
      ) : (
        <KeyInput onChange={(budgetKeyId) => set({ budgetKeyId, actualKeyId: budgetKeyId })} />
      )}
      <TextField label="Start date" {...date} onChange={({ target }) => set({ startDate: target.value || null })} />
      <TextField label="End date" {...date} onChange={({ target }) => set({ endDate: target.value || null })} />
      <AmountField
        label={`Budget ${fy}`}
        value={draft.budget}
        onChange={(budget) => set({ budget })}
        helperText="Spread evenly over the year; 12L and 1.2cr are understood, a saving is negative"
      />
      <TextField label="Reason" value={draft.reason ?? ''} onChange={({ target }) => set({ reason: target.value })} />
    </>
  );
}

type MasterInputProps = { kind: MasterKind; label: string; onChange: (id: number | null) => void };

function MasterInput({ onChange, ...field }: MasterInputProps) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const choose = (one: Chosen | null) => {
    setChosen(one);
    onChange(one?.id ?? null);
  };
  return <MasterPicker {...field} value={chosen} onChange={choose} />;
}

function KeyInput({ onChange }: { onChange: (id: number | null) => void }) {
  const { data } = useQuery({
    queryKey: ['allocation-keys'],
    queryFn: ({ signal }) => callApi(allocationKeyEndpoints.list, { signal }),
  });
  return (
    <Autocomplete
      options={data?.data.filter(({ retired }) => !retired) ?? []}
      getOptionLabel={({ name }) => name}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      onChange={(_, one) => onChange(one?.id ?? null)}
      renderInput={(params) => <TextField {...params} label="Allocation key" />}
    />
  );
}
