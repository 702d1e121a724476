import { initiativeTypes, serviceFields, serviceTypes } from '@opex/contracts/fields/service';
import type { MasterKind } from '@opex/contracts/masters';
import { serviceEndpoints, type CreateServiceBody } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useNavigate } from 'react-router-dom';
import { DialogShell } from '../../../components/dialog-shell.tsx';
import { KeyPicker } from '../../../domain/pickers/key-picker.tsx';
import { MasterPicker, type Chosen } from '../../../domain/pickers/master-picker.tsx';
import { AmountField } from '../../../domain/amounts/amount-field.tsx';
import { DoubtDialog, type DoubtLine } from '../../../domain/amounts/doubt-dialog.tsx';
import { doubtAbout } from '../../../domain/amounts/doubtful-amount.ts';
import { useAmountEntry, type AmountEntry } from '../../../domain/amounts/use-amount-entry.ts';
import { callApi } from '../../../lib/api.ts';
import { newIdempotencyKey } from '../../../lib/idempotency-key.ts';
import { useSharedSearch } from '../../../lib/use-search-state.ts';
import { useDraft } from '../../../lib/use-draft.ts';
import { useWrite } from '../../../lib/use-write.ts';
import { newServicePlace } from '../tracker.queries.ts';

type Fields = Omit<CreateServiceBody, 'budget' | 'fy'> & { budget: string };
/** `chosen`: what was chosen by name, so that the name can be shown. */
type Draft = Fields & { chosen: Record<string, Chosen | null> };
const blank: Draft = {
  uid: '',
  service: '',
  serviceType: 'Dedicated',
  initiativeType: 'New',
  budget: '',
  chosen: {},
};

type Props = { fy: string; onClose: () => void };

/** The few things a service begins with; the rest is filled in on its page. */
export function NewServiceDialog({ fy, onClose }: Props) {
  const { draft, set, isChanged } = useDraft(newServicePlace, blank);
  const [complaint, setComplaint] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ body: CreateServiceBody; line: DoubtLine } | null>(null);
  const entry = useAmountEntry();
  // A repeat of the same request makes no second service.
  const [idempotencyKey] = useState(newIdempotencyKey);
  const navigate = useNavigate();
  const search = useSharedSearch({ fy });
  const create = useWrite(
    (body: CreateServiceBody) => callApi(serviceEndpoints.create, { body, idempotencyKey }),
    ({ id }) => {
      onClose();
      void navigate({ pathname: `/services/${id}`, search });
    },
  );

  function submit() {
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
  return (
    <DialogShell
      title="New service"
      maxWidth="sm"
      isChanged={isChanged}
      error={complaint ?? create.error}
      onSubmit={submit}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={create.isPending}>
            Add service
          </Button>
        </>
      }
    >
      <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { sm: '1fr 1fr' }, paddingTop: 2 }}>
        <Fields draft={draft} set={set} fy={fy} />
      </Box>
      {asked && <DoubtDialog lines={[asked.line]} count={1} onShown={confirm} onCancel={() => setAsked(null)} />}
    </DialogShell>
  );
}

function bodyOf({ budget, chosen: _, ...draft }: Draft, fy: string, entry: AmountEntry): CreateServiceBody | string {
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
  const pick = (kind: MasterKind | 'keys', change: (id: number | null) => Partial<Fields>) => ({
    value: draft.chosen[kind] ?? null,
    onChange: (one: Chosen | null) => set({ ...change(one?.id ?? null), chosen: { ...draft.chosen, [kind]: one } }),
  });
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
      <MasterPicker kind="vendors" label="Vendor" {...pick('vendors', (vendorId) => ({ vendorId }))} />
      <MasterPicker kind="towers" label="Tower" {...pick('towers', (towerId) => ({ towerId }))} />
      <MasterPicker
        kind="budget-heads"
        label="Budget head"
        {...pick('budget-heads', (budgetHeadId) => ({ budgetHeadId }))}
      />
      <TextField
        label={serviceFields.initiativeType.title}
        {...choice}
        value={draft.initiativeType}
        onChange={({ target }) => set({ initiativeType: target.value as Draft['initiativeType'] })}
      >
        {initiativeTypes.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </TextField>
      <TextField
        label={serviceFields.serviceType.title}
        {...choice}
        value={draft.serviceType}
        onChange={({ target }) =>
          set({
            serviceType: target.value as Draft['serviceType'],
            entityId: undefined,
            budgetKeyId: undefined,
            actualKeyId: undefined,
            chosen: { ...draft.chosen, entities: null, keys: null },
          })
        }
      >
        {serviceTypes.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </TextField>
      {draft.serviceType === 'Dedicated' ? (
        <MasterPicker kind="entities" label="Entity" {...pick('entities', (entityId) => ({ entityId }))} />
      ) : (
        <KeyPicker
          label="Allocation key"
          {...pick('keys', (budgetKeyId) => ({ budgetKeyId, actualKeyId: budgetKeyId }))}
        />
      )}
      <TextField
        label="Start date"
        {...date}
        value={draft.startDate ?? ''}
        onChange={({ target }) => set({ startDate: target.value || null })}
      />
      <TextField
        label="End date"
        {...date}
        value={draft.endDate ?? ''}
        onChange={({ target }) => set({ endDate: target.value || null })}
      />
      <AmountField
        label={`Budget ${fy}`}
        value={draft.budget}
        onChange={(budget) => set({ budget })}
        helperText="Spread evenly over the open months; 12L and 1.2cr are understood, a saving is negative"
      />
      <TextField label="Reason" value={draft.reason ?? ''} onChange={({ target }) => set({ reason: target.value })} />
    </>
  );
}
