import { initiativeTypes, phasings, serviceTypes } from '@opex/contracts/fields/service';
import type { MasterKind } from '@opex/contracts/masters';
import type { Service } from '@opex/contracts/services';
import { choiceWord } from '../../lib/field-words.ts';
import { formatDate } from '../../lib/format.ts';

export type FieldValue = string | number | null;
/** How a field is shown and edited. `name`: the field that holds the name of what an id refers to. */
export type ServiceField = { field: keyof Service } & (
  | { kind: 'line' | 'text' | 'date' }
  | { kind: 'optional-line' }
  | { kind: 'choice'; choices: readonly string[] }
  | { kind: 'master'; master: MasterKind; name: keyof Service }
  | { kind: 'key'; name: keyof Service }
);
type Group = { title: string; fields: ServiceField[] };

const line = (field: keyof Service): ServiceField => ({ field, kind: 'line' });
const date = (field: keyof Service): ServiceField => ({ field, kind: 'date' });
const choice = (field: keyof Service, choices: readonly string[]): ServiceField => ({ field, kind: 'choice', choices });
const key = (field: keyof Service, name: keyof Service): ServiceField => ({ field, kind: 'key', name });
const master = (field: keyof Service, kind: MasterKind, name: keyof Service): ServiceField => ({
  field,
  kind: 'master',
  master: kind,
  name,
});

/** A dedicated service falls on its entity, a shared one by its keys. */
export const groupsOf = ({ serviceType }: Service): Group[] => [
  {
    title: 'Service',
    fields: [
      line('uid'),
      { field: 'parentUid', kind: 'optional-line' },
      line('service'),
      master('vendorId', 'vendors', 'vendor'),
      line('vendorService'),
      { field: 'description', kind: 'text' },
    ],
  },
  {
    title: 'Contract',
    fields: [
      line('contract'),
      date('startDate'),
      date('endDate'),
      date('renewalDate'),
      master('poEntityId', 'po-entities', 'poEntity'),
    ],
  },
  {
    title: 'Classification',
    fields: [
      master('towerId', 'towers', 'tower'),
      master('budgetHeadId', 'budget-heads', 'budgetHead'),
      line('priority'),
      choice('initiativeType', initiativeTypes),
      line('costLever'),
      line('owner'),
    ],
  },
  {
    title: 'Whose money',
    fields: [
      choice('serviceType', serviceTypes),
      ...(serviceType === 'Dedicated'
        ? [master('entityId', 'entities', 'entity')]
        : [key('budgetKeyId', 'budgetKey'), key('actualKeyId', 'actualKey')]),
      master('allocationTypeId', 'allocation-types', 'allocationType'),
      choice('phasing', phasings),
    ],
  },
];

export const valueOf = (service: Service, { field }: ServiceField) => service[field] as FieldValue;

/** In words; empty where there is nothing. */
export function shownValue(service: Service, field: ServiceField): string {
  if (field.kind === 'master' || field.kind === 'key') return (service[field.name] as string | null) ?? '';
  const value = (service[field.field] as string | null) ?? '';
  if (field.kind === 'date') return formatDate(value);
  return field.kind === 'choice' ? choiceWord(value) : value;
}
