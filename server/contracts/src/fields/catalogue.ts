import * as z from 'zod/mini';
import { date, id, lineText, nameText, text } from '../common.ts';
import type { FieldKind, ListFields } from '../list.ts';
import type { MasterKind } from '../masters.ts';

type Common = {
  /** What it is called on every page, in every history and in a workbook. */
  title: string;
  /** Where it stands in a form and among the columns. */
  group: string;
  /** For a narrow column. */
  short?: string;
  /** A quick search looks into it. */
  isSearched?: true;
  /** Computed from other facts, and not edited. */
  isReadOnly?: true;
  /** No filter and no order by it. */
  isNotListed?: true;
};

export type CatalogueField = Common &
  (
    | { kind: 'name'; limit: number }
    | { kind: 'line' | 'text'; limit: number }
    /** The name of another record of the same catalogue, or nothing. */
    | { kind: 'parent'; limit: number }
    | { kind: 'day' }
    /** `blank` is what a new record has. */
    | { kind: 'choice'; values: readonly [string, ...string[]]; blank: string }
    /** `vendor` is the name of what `vendorId` refers to. */
    | { kind: 'reference'; of: MasterKind | 'allocation-keys' }
  );
/** The fields of a record, each said once: rows, bodies, filters, SQL, columns, forms, words and history derive from it. */
export type Catalogue = Record<string, CatalogueField>;

type ReferencesOf<C extends Catalogue> = {
  [F in keyof C]: C[F]['kind'] extends 'reference' ? F : never;
}[keyof C] &
  string;
type NullableId = z.ZodMiniNullable<typeof id>;
type NullableText = z.ZodMiniNullable<z.ZodMiniString>;
type ChoiceOf<F> = F extends { values: infer V extends readonly [string, ...string[]] } ? V[number] : never;
type ValueOf<F extends CatalogueField> = F['kind'] extends 'choice'
  ? z.ZodMiniEnum<{ [V in ChoiceOf<F>]: V }>
  : F['kind'] extends 'day' | 'parent'
    ? NullableText
    : z.ZodMiniString;

export type RowShape<C extends Catalogue> = {
  [F in Exclude<keyof C & string, ReferencesOf<C>>]: ValueOf<C[F]>;
} & { [F in ReferencesOf<C>]: NullableText } & { [F in ReferencesOf<C> as `${F}Id`]: NullableId };

const nullableId = z.nullable(id);
const nullableText = z.nullable(z.string());

/** Under which name a field is kept and changed: `vendorId` for `vendor`. */
export const storedName = (name: string, { kind }: CatalogueField) => (kind === 'reference' ? `${name}Id` : name);

/** The fields that name records of a kind, under the names by which they are kept. */
export const referencesTo = (catalogue: Catalogue, kind: MasterKind) =>
  Object.entries(catalogue)
    .filter(([, field]) => field.kind === 'reference' && field.of === kind)
    .map(([name, field]) => storedName(name, field));

function rowValue(field: CatalogueField): z.ZodMiniType {
  if (field.kind === 'choice') return z.enum(field.values);
  if (field.kind === 'day') return z.nullable(date);
  return field.kind === 'parent' ? nullableText : z.string();
}

/** A record as it is read. */
export const rowShapeOf = <const C extends Catalogue>(catalogue: C): RowShape<C> =>
  Object.fromEntries(
    Object.entries(catalogue).flatMap(([name, field]) =>
      field.kind === 'reference'
        ? [
            [storedName(name, field), nullableId],
            [name, nullableText],
          ]
        : [[name, rowValue(field)]],
    ),
  ) as RowShape<C>;

type EditableOf<C extends Catalogue> = {
  [F in keyof C]: C[F] extends { isReadOnly: true } ? never : F;
}[keyof C] &
  string;
export type BodyShape<C extends Catalogue> = {
  [F in Exclude<EditableOf<C>, ReferencesOf<C>>]: z.ZodMiniOptional<ValueOf<C[F]>>;
} & { [F in EditableOf<C> & ReferencesOf<C> as `${F}Id`]: z.ZodMiniOptional<NullableId> };

export const editableOf = (catalogue: Catalogue) =>
  Object.entries(catalogue).filter(([, { isReadOnly }]) => !isReadOnly);

function bodyValue(field: CatalogueField): z.ZodMiniType {
  if (field.kind === 'name') return nameText(field.limit);
  if (field.kind === 'parent') return z.nullable(nameText(field.limit));
  if (field.kind === 'line') return lineText(field.limit);
  if (field.kind === 'text') return text(field.limit);
  return field.kind === 'reference' ? nullableId : rowValue(field);
}

/** A record as it is edited: every field by itself. */
export const bodyShapeOf = <const C extends Catalogue>(catalogue: C): BodyShape<C> =>
  Object.fromEntries(
    editableOf(catalogue).map(([name, field]) => [storedName(name, field), z.optional(bodyValue(field))]),
  ) as BodyShape<C>;

export type StoredShape<C extends Catalogue> = {
  [F in Exclude<EditableOf<C>, ReferencesOf<C>>]: ValueOf<C[F]>;
} & { [F in EditableOf<C> & ReferencesOf<C> as `${F}Id`]: NullableId };

/** The fields of a record that its table keeps, under the names by which they are changed. */
export const storedShapeOf = <const C extends Catalogue>(catalogue: C): StoredShape<C> =>
  Object.fromEntries(
    editableOf(catalogue).map(([name, field]) => [
      storedName(name, field),
      field.kind === 'reference' ? nullableId : rowValue(field),
    ]),
  ) as StoredShape<C>;

type NamesOf<C extends Catalogue> = {
  [F in keyof C]: C[F]['kind'] extends 'name' ? F : never;
}[keyof C];
export type Blank<C extends Catalogue> = {
  [F in Exclude<keyof StoredShape<C>, NamesOf<C>>]: z.infer<StoredShape<C>[F]>;
};

/** A new record before its fields are filled in. It has no name yet. */
export const blankOf = <const C extends Catalogue>(catalogue: C): Blank<C> =>
  Object.fromEntries(
    editableOf(catalogue)
      .filter(([, { kind }]) => kind !== 'name')
      .map(([name, field]) => [storedName(name, field), blankValue(field)]),
  ) as Blank<C>;

function blankValue(field: CatalogueField) {
  if (field.kind === 'choice') return field.blank;
  return field.kind === 'line' || field.kind === 'text' ? '' : null;
}

const listKinds = {
  name: 'text',
  line: 'text',
  text: 'text',
  parent: 'text',
  day: 'date',
  choice: 'choice',
  reference: 'reference',
} as const satisfies Record<CatalogueField['kind'], FieldKind>;

type ListedOf<C extends Catalogue> = {
  [F in keyof C]: C[F] extends { isNotListed: true } ? never : F;
}[keyof C] &
  string;
export type ListFieldsOf<C extends Catalogue> = { [F in ListedOf<C>]: (typeof listKinds)[C[F]['kind']] };

/** What a list can be filtered and ordered by. */
export const listFieldsOf = <const C extends Catalogue>(catalogue: C): ListFieldsOf<C> =>
  Object.fromEntries(
    Object.entries(catalogue)
      .filter(([, { isNotListed }]) => !isNotListed)
      .map(([name, { kind }]) => [name, listKinds[kind]]),
  ) satisfies ListFields as ListFieldsOf<C>;
