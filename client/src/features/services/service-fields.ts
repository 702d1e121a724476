import { storedName, type CatalogueField } from '@opex/contracts/fields/catalogue';
import { serviceFields } from '@opex/contracts/fields/service';
import type { Service } from '@opex/contracts/services';
import { choiceWord } from '../../domain/words/field-words.ts';
import { formatDate } from '../../domain/amounts/format.ts';

export type FieldValue = string | number | null;
/** A field of the catalogue. `name`: what is shown of it; `field`: what is changed, which of a reference is its id. */
export type ServiceField = CatalogueField & { name: keyof Service; field: keyof Service };
type Group = { title: string; fields: ServiceField[] };

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
      .map(([name, field]) => ({
        ...field,
        name: name as keyof Service,
        field: storedName(name, field) as keyof Service,
      })),
  }));

export const valueOf = (service: Service, { field }: ServiceField) => service[field] as FieldValue;

/** In words; empty where there is nothing. */
export function shownValue(service: Service, { kind, name }: ServiceField): string {
  const value = (service[name] as string | null) ?? '';
  if (kind === 'day') return formatDate(value);
  return kind === 'choice' ? choiceWord(value) : value;
}
