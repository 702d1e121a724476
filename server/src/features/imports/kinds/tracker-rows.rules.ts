import { asMonthOfEntity } from '@opex/contracts/import-kinds';
import type { MasterKind } from '@opex/contracts/masters';
import { nameKey } from '@opex/contracts/written';
import type { FileRow } from '../columns.rules.ts';
import { type Field, fields, isReference, keptAs, meantBy } from './tracker-fields.rules.ts';

export type Refused = { field: string; reason: string };
/** All fields of a service under the names by which they are kept. */
export type State = Record<string, string | null>;

/** A service as it is; a new one has what a new one has. */
export const stateOf = (service: Readonly<Record<string, unknown>> | undefined): State =>
  Object.fromEntries(
    fields.map(({ stored, field }) => [
      stored,
      service ? keptAs(service[stored]) : field.kind === 'choice' ? field.blank : null,
    ]),
  );

type Known = {
  masterOf(kind: MasterKind, name: string): number | undefined;
  /** Ids by names as `nameKey` writes them. */
  keys: ReadonlyMap<string, number>;
};
export type Said = {
  state: State;
  /** The one entity that a new dedicated service was taken to belong to, since only it spends. */
  only?: number;
  /** The name of a key that nobody knows. */
  unknownKey?: string;
};

/** What a row says of the fields of a service, laid over what they are. */
export function saidOf(row: FileRow, before: State, isNew: boolean, known: Known): Said | Refused {
  const state = { ...before };
  let unknownKey: string | undefined;
  for (const one of fields) {
    const text = row.values[one.name];
    if (text === undefined) continue;
    if (isReference(one.field) && one.field.of === 'allocation-keys' && text !== null) {
      const id = keyNamed(text, one, row, known);
      if (id === undefined) unknownKey = text;
      else state[one.stored] = String(id);
      continue;
    }
    const meant = meantBy(one, text, (of, name) => known.masterOf(of as MasterKind, name));
    if ('reason' in meant) return { field: one.name, reason: meant.reason };
    state[one.stored] = meant.value;
  }
  // Who says how a cost is shared says that it is.
  if (isNew && row.values['serviceType'] === undefined && row.values['budgetKey']) state['serviceType'] = 'Shared';
  const only =
    isNew && state['serviceType'] === 'Dedicated' && state['entityId'] === null ? onlySpender(row) : undefined;
  if (only !== undefined) state['entityId'] = String(only);
  if (state['serviceType'] === 'Shared') state['entityId'] = null;
  return { state, ...(only !== undefined && { only }), ...(unknownKey !== undefined && { unknownKey }) };
}

/** A key by its name; or, where the cell says only by what is shared, the key that is called like the service or its vendor. */
function keyNamed(text: string, { name }: Field, { values }: FileRow, { keys }: Known): number | undefined {
  const { vendor, service, vendorService } = values;
  const others = name === 'budgetKey' ? [`${vendor} / ${service}`, `${vendor} / ${vendorService}`, service, vendorService, vendor] : []; // prettier-ignore
  return [text, ...others].flatMap((one) => (one ? (keys.get(nameKey(one)) ?? []) : []))[0];
}

function onlySpender({ values }: FileRow): number | undefined {
  const spenders = new Set(
    Object.entries(values).flatMap(([field, amount]) => {
      const place = asMonthOfEntity(field);
      return place && amount ? [place.entityId] : [];
    }),
  );
  return spenders.size === 1 ? [...spenders][0] : undefined;
}

/** Rows that name one service, the first of them with all that any says; or where they contradict each other. */
export function together([first, ...others]: [FileRow, ...FileRow[]]):
  FileRow | (Refused & { rows: [FileRow, FileRow] }) {
  const values = { ...first.values };
  for (const other of others) {
    for (const [field, value] of Object.entries(other.values)) {
      if (field in values && values[field] !== value)
        return { field, reason: 'says something else of the same service', rows: [first, other] };
      values[field] = value;
    }
  }
  return { ...first, values };
}
