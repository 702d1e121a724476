import { storedName, type CatalogueField } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { MasterKind } from '@opex/contracts/masters';
import type { Service } from '@opex/contracts/services';
import { choiceWord } from '../../domain/words/field-words.ts';
import { formatDate } from '../../domain/amounts/format.ts';

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

function fieldOf([name, field]: [string, CatalogueField]): ServiceField {
  const stored = storedName(name, field) as keyof Service;
  switch (field.kind) {
    case 'name':
    case 'line':
      return { field: stored, kind: 'line' };
    case 'parent':
      return { field: stored, kind: 'optional-line' };
    case 'text':
      return { field: stored, kind: 'text' };
    case 'day':
      return { field: stored, kind: 'date' };
    case 'choice':
      return { field: stored, kind: 'choice', choices: field.values };
    case 'reference':
      return field.of === 'allocation-keys'
        ? { field: stored, kind: 'key', name: name as keyof Service }
        : { field: stored, kind: 'master', master: field.of, name: name as keyof Service };
  }
}

const editable = Object.entries<CatalogueField>(serviceFields).filter(([, { isReadOnly }]) => !isReadOnly);
const groupTitles = [...new Set(editable.map(([, { group }]) => group))];
/** A dedicated service falls on its entity, a shared one by its keys. */
const ofOtherType: Record<Service['serviceType'], readonly string[]> = {
  Dedicated: ['budgetKey', 'actualKey'],
  Shared: ['entity'],
};

export const groupsOf = ({ serviceType }: Service): Group[] =>
  groupTitles.map((title) => ({
    title,
    fields: editable
      .filter(([name, { group }]) => group === title && !ofOtherType[serviceType].includes(name))
      .map(fieldOf),
  }));

export const valueOf = (service: Service, { field }: ServiceField) => service[field] as FieldValue;

/** In words; empty where there is nothing. */
export function shownValue(service: Service, field: ServiceField): string {
  if (field.kind === 'master' || field.kind === 'key') return (service[field.name] as string | null) ?? '';
  const value = (service[field.field] as string | null) ?? '';
  if (field.kind === 'date') return formatDate(value);
  return field.kind === 'choice' ? choiceWord(value) : value;
}
