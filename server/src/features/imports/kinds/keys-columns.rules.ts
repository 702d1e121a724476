import { asDriver, driverOf, importFields } from '@opex/contracts/import-kinds';
import type { ColumnRules } from '../columns.rules.ts';

const named: Record<string, string> = {
  'vendor service': 'key',
  key: 'key',
  'allocation key': 'key',
  'key name': 'key',
  'basis of allocation': 'driverType',
  'allocation basis': 'driverType',
  'driver type': 'driverType',
  'total count': 'total',
  remarks: 'description',
  remark: 'description',
  description: 'description',
};

/** A row a key, with a column for each entity. */
export const keysColumns: ColumnRules = {
  isOfNoYear: true,
  fieldOf(meaning, { entities }, header) {
    const field = meaning.is === 'named' ? named[meaning.name] : meaning.is === 'budget' ? 'total' : undefined;
    if (field) return field;
    const entityId = entities.idOf(header);
    return entityId === undefined ? undefined : driverOf(entityId);
  },
  // What is nothing else is an entity.
  entityIn: (meaning, header) =>
    (meaning.is === 'named' && named[meaning.name]) || meaning.is === 'budget' || header === '' ? undefined : header,
  useOf: (field) => (field === 'total' ? 'control' : field === 'description' ? 'read' : 'taken'),
  titleOf(field, { entities }) {
    const entityId = asDriver(field);
    if (entityId !== undefined) return entities.nameOf(entityId) ?? `entity ${entityId}`;
    return (importFields['allocation-keys'][field] ?? field).replace(/ \(.*\)$/, '');
  },
  readAs: (field) =>
    field === 'total' || asDriver(field) !== undefined ? 'number' : field === 'description' ? 'nothing' : 'text',
  isEnough: (taken) => taken.has('key') && [...taken].some((field) => asDriver(field) !== undefined),
};
