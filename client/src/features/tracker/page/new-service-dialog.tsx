import { nameText } from '@opex/contracts/common';
import { initiativeTypes, serviceFields, serviceTypes } from '@opex/contracts/fields/service';
import { createServiceBody, serviceEndpoints, type CreateServiceBody } from '@opex/contracts/services';
import Box from '@mui/material/Box';
import { useMemo, useState } from 'react';
import { useNavigate } from 'react-router-dom';
import * as z from 'zod/mini';
import { FormChoice } from '../../../components/form/form-choice.tsx';
import { FormDay } from '../../../components/form/form-day.tsx';
import { FormDialog } from '../../../components/form/form-dialog.tsx';
import { FormField } from '../../../components/form/form-field.tsx';
import { useDialogForm } from '../../../components/form/use-dialog-form.ts';
import { DoubtDialog, type DoubtLine } from '../../../domain/amounts/doubt-dialog.tsx';
import { doubtAbout } from '../../../domain/amounts/doubtful-amount.ts';
import { FormAmount } from '../../../domain/amounts/form-amount.tsx';
import { typedAmount } from '../../../domain/amounts/typed-amount.ts';
import { useAmountEntry } from '../../../domain/amounts/use-amount-entry.ts';
import { FormKey, FormMaster } from '../../../domain/pickers/form-picker.tsx';
import type { Chosen } from '../../../domain/pickers/master-picker.tsx';
import { callApi } from '../../../lib/api.ts';
import { newIdempotencyKey } from '../../../lib/idempotency-key.ts';
import { useSharedSearch } from '../../../lib/use-search-state.ts';
import { useWrite } from '../../../lib/use-write.ts';
import { newServicePlace } from './new-service.ts';

type Draft = {
  uid: string;
  service: string;
  vendorId: Chosen | null;
  towerId: Chosen | null;
  budgetHeadId: Chosen | null;
  initiativeType: (typeof initiativeTypes)[number];
  serviceType: (typeof serviceTypes)[number];
  entityId: Chosen | null;
  budgetKeyId: Chosen | null;
  startDate: string;
  endDate: string;
  budget: string;
  reason: string;
};
const blank: Draft = {
  uid: '',
  service: '',
  vendorId: null,
  towerId: null,
  budgetHeadId: null,
  initiativeType: 'New',
  serviceType: 'Dedicated',
  entityId: null,
  budgetKeyId: null,
  startDate: '',
  endDate: '',
  budget: '',
  reason: '',
};

const titlesIn = (fy: string) => ({
  uid: serviceFields.uid.title,
  service: serviceFields.service.title,
  vendorId: serviceFields.vendor.title,
  towerId: serviceFields.tower.title,
  budgetHeadId: serviceFields.budgetHead.title,
  initiativeType: serviceFields.initiativeType.title,
  serviceType: serviceFields.serviceType.title,
  entityId: serviceFields.entity.title,
  budgetKeyId: 'Allocation key',
  startDate: serviceFields.startDate.title,
  endDate: serviceFields.endDate.title,
  budget: `Budget ${fy}`,
  reason: 'Reason',
});

function bodyOf(draft: Draft, fy: string) {
  const { vendorId, towerId, budgetHeadId, serviceType, entityId, budgetKeyId, startDate, endDate } = draft;
  const key = budgetKeyId?.id;
  return {
    ...draft,
    fy,
    vendorId: vendorId?.id,
    towerId: towerId?.id,
    budgetHeadId: budgetHeadId?.id,
    entityId: serviceType === 'Dedicated' ? entityId?.id : undefined,
    budgetKeyId: serviceType === 'Shared' ? key : undefined,
    actualKeyId: serviceType === 'Shared' ? key : undefined,
    startDate: startDate || undefined,
    endDate: endDate || undefined,
    reason: draft.reason.trim() || undefined,
  };
}

type Props = { fy: string; onClose: () => void };

/** The few things a service begins with; the rest is filled in on its page. */
export function NewServiceDialog({ fy, onClose }: Props) {
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
  /** The API takes a service without a name; people here give it one. */
  const schema = useMemo(
    () => z.extend(createServiceBody, { service: nameText(serviceFields.service.limit), budget: typedAmount(entry) }),
    [entry],
  );
  const form = useDialogForm({
    place: newServicePlace,
    initial: blank,
    titles: titlesIn(fy),
    schema,
    bodyOf: (draft) => bodyOf(draft, fy),
    error: create.error,
  });

  function submit(body: CreateServiceBody) {
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
    <>
      <FormDialog
        title="New service"
        confirmLabel="Add service"
        maxWidth="sm"
        isBusy={create.isPending}
        {...form.dialog(submit)}
        onCancel={onClose}
      >
        <Box sx={{ display: 'grid', gap: 3, gridTemplateColumns: { sm: '1fr 1fr' } }}>
          <FormField form={form} name="uid" required autoFocus />
          <FormField form={form} name="service" required />
          <FormMaster form={form} name="vendorId" kind="vendors" />
          <FormMaster form={form} name="towerId" kind="towers" />
          <FormMaster form={form} name="budgetHeadId" kind="budget-heads" />
          <FormChoice form={form} name="initiativeType" choices={initiativeTypes} />
          <FormChoice form={form} name="serviceType" choices={serviceTypes} />
          {form.draft.serviceType === 'Dedicated' ? (
            <FormMaster key="entity" form={form} name="entityId" kind="entities" />
          ) : (
            <FormKey key="key" form={form} name="budgetKeyId" />
          )}
          <FormDay form={form} name="startDate" />
          <FormDay form={form} name="endDate" />
          <FormAmount
            form={form}
            name="budget"
            helperText="Spread evenly over the open months; 12L and 1.2cr are understood, a saving is negative"
          />
          <FormField form={form} name="reason" />
        </Box>
      </FormDialog>
      {asked && <DoubtDialog lines={[asked.line]} count={1} onShown={confirm} onCancel={() => setAsked(null)} />}
    </>
  );
}
