import { type Catalogue, type CatalogueField, editableOf, storedName } from '@opex/contracts/fields/catalogue';
import type { ListColumn } from './list-query.ts';

/** How the fields of a catalogue stand in its table; `s` is the table, `parent` the record above it. */

/** `ytdBudget` is the column `ytd_budget`. */
export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
export const tableOf = (kind: string) => kind.replaceAll('-', '_');
export const columnOf = (name: string, field: CatalogueField) => snake(storedName(name, field));

/** A change names a parent by its UID, and the table keeps the parent's id. */
const kept = (name: string, field: CatalogueField) =>
  field.kind === 'parent'
    ? { name: 'parentId', column: 'parent_id' }
    : { name: storedName(name, field), column: columnOf(name, field) };

const types: Partial<Record<CatalogueField['kind'], string>> = { reference: 'int', parent: 'int', day: 'date' };

export type KeptColumn = { name: string; column: string; type: string };
/** What an insert or an update writes. */
export const keptColumnsOf = (catalogue: Catalogue): KeptColumn[] =>
  editableOf(catalogue).map(([name, field]) => ({ ...kept(name, field), type: types[field.kind] ?? 'text' }));

function selectedAs(name: string, field: CatalogueField): string[] {
  const column = `s.${columnOf(name, field)}`;
  if (field.kind === 'parent') return [`parent.uid AS "${name}"`];
  if (field.kind === 'day') return [`${column}::text AS "${name}"`];
  return [`${column} AS "${storedName(name, field)}"`];
}

/** A record as it is stored. */
export const selectStored = (catalogue: Catalogue) =>
  editableOf(catalogue)
    .flatMap(([name, field]) => [
      ...selectedAs(name, field),
      ...(field.kind === 'parent' ? ['s.parent_id AS "parentId"'] : []),
    ])
    .join(', ');

/** A record as it is read, with the names of what it refers to; `own` are the columns that only its table knows. */
export const selectRow = (catalogue: Catalogue, own: Record<string, string>) =>
  Object.entries(catalogue)
    .flatMap(([name, field]) => {
      if (own[name]) return [`${own[name]} AS "${name}"`];
      return field.kind === 'reference'
        ? [...selectedAs(name, field), `"${name}".name AS "${name}"`]
        : selectedAs(name, field);
    })
    .join(', ');

export const joinNames = (catalogue: Catalogue) =>
  Object.entries(catalogue)
    .flatMap(([name, field]) =>
      field.kind === 'reference'
        ? [`LEFT JOIN ${tableOf(field.of)} "${name}" ON "${name}".id = s.${columnOf(name, field)}`]
        : [],
    )
    .join('\n  ');

/**
 * The columns of a table as a reader may have them: all where `whole` holds, else those that name a record, and of the others
 * what a new record has.
 */
export const readableColumns = (catalogue: Catalogue, naming: readonly string[], whole: string) =>
  Object.entries(catalogue)
    .flatMap(([name, field]) =>
      columnsWithBlanks(name, field).map((column) => ({ ...column, names: naming.includes(name) })),
    )
    .map(({ column, blank, names }) => (names ? column : ifWhole(whole, column, blank)))
    .join(', ');
export const ifWhole = (whole: string, column: string, blank: string) =>
  `CASE WHEN ${whole} THEN ${column} ELSE ${blank} END AS ${column}`;

function columnsWithBlanks(name: string, field: CatalogueField): { column: string; blank: string }[] {
  const column = columnOf(name, field);
  switch (field.kind) {
    case 'reference':
      return [{ column, blank: 'NULL' }, ...(field.isNotListed ? [] : [{ column: `${snake(name)}_key`, blank: `''` }])];
    case 'parent':
      return [
        { column: 'parent_id', blank: 'NULL' },
        { column: `${column}_key`, blank: `''` },
      ];
    case 'day':
      return [{ column, blank: 'NULL' }];
    case 'choice':
      return [{ column, blank: `'${field.blank}'` }];
    case 'name':
    case 'line':
    case 'text':
      return [{ column, blank: `''` }];
  }
}

/** How a list filters and orders by a field. Names of masters are kept beside their ids, so that an index has every order. */
function listColumn(name: string, field: CatalogueField): ListColumn {
  const column = `s.${columnOf(name, field)}`;
  switch (field.kind) {
    case 'reference':
      return { order: `s.${snake(name)}_key`, value: column, type: 'integer', orderType: 'text' };
    case 'parent':
      return { order: `s.${columnOf(name, field)}_key`, type: 'text' };
    case 'day':
      return { order: column, type: 'date', nullable: true };
    case 'text':
      return {
        order: `lower(left(${column}, 200))`,
        text: `lower(${column})`,
        value: `lower(${column})`,
        type: 'text',
      };
    case 'name':
    case 'line':
    case 'choice':
      return { order: `lower(${column})`, type: 'text' };
  }
}

export const listColumnsOf = (catalogue: Catalogue): Record<string, ListColumn> =>
  Object.fromEntries(
    Object.entries(catalogue)
      .filter(([, { isNotListed }]) => !isNotListed)
      .map(([name, field]) => [
        name,
        { ...listColumn(name, field), ...(field.isSearched && { heldBy: 's.search_text' }) },
      ]),
  );

/** The table behind every name that a change refers to: `{ vendorId: 'vendors' }`. */
export const referredTablesOf = (catalogue: Catalogue): Record<string, string> =>
  Object.fromEntries(
    Object.entries(catalogue).flatMap(([name, field]) =>
      field.kind === 'reference' ? [[storedName(name, field), tableOf(field.of)]] : [],
    ),
  );
