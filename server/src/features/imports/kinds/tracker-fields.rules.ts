import { type CatalogueField, editableOf, storedName } from '@opex/contracts/fields/catalogue';
import { serviceFields, serviceFieldsBody } from '@opex/contracts/fields/service';

/** A field of a service as a cell says it and as it is kept. Null: it is empty. */

type Reference = Extract<CatalogueField, { kind: 'reference' }>;
export type Field = { name: string; stored: string; field: CatalogueField };
export const fields: Field[] = editableOf(serviceFields)
  .filter(([, { kind }]) => kind !== 'name')
  .map(([name, field]) => ({ name, stored: storedName(name, field), field }));

export const isReference = (field: CatalogueField): field is Reference => field.kind === 'reference';

type Meant = { value: string | null } | { reason: string };

/** What a cell means. `idOf` finds what a reference names; null in the cell says CLEAR. */
export function meantBy(
  { field, stored }: Field,
  text: string | null,
  idOf: (of: Reference['of'], name: string) => number | undefined,
): Meant {
  switch (field.kind) {
    case 'choice': {
      if (text === null) return { reason: `This cannot be empty: ${field.values.join(' or ')}` };
      const value = field.values.find((one) => one.toLowerCase() === text.toLowerCase());
      return value ? { value } : { reason: `Say ${field.values.join(' or ')}` };
    }
    case 'reference': {
      if (text === null) return { value: null };
      const id = idOf(field.of, text);
      return id === undefined ? { reason: 'There is nothing with this name' } : { value: String(id) };
    }
    case 'day':
      return { value: text };
    default: {
      if (text === null) return { value: null };
      const { data, error } = bodies[stored]?.safeParse(field.kind === 'text' ? text : inOneLine(text)) ?? {};
      return error ? { reason: error.issues[0]?.message ?? 'This is not valid' } : { value: keptAs(data) };
    }
  }
}

/** As the page takes them. */
const bodies: Partial<Record<string, (typeof serviceFieldsBody)[keyof typeof serviceFieldsBody]>> = serviceFieldsBody;
const inOneLine = (text: string) => text.replace(/\s*[\r\n]+\s*/g, ' ');

/** A field of a service that is stored, as a value of a row. */
export const keptAs = (value: unknown): string | null =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : null;

/** And back: what a change of the service says. */
export function changedTo({ field }: Field, value: string | null): string | number | null {
  if (isReference(field)) return value === null ? null : Number(value);
  if (value === null)
    return field.kind === 'line' || field.kind === 'text' ? '' : field.kind === 'choice' ? field.blank : null;
  return value;
}
