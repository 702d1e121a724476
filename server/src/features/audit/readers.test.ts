import type { SubjectType } from '@opex/contracts/changes';
import type { Permission } from '@opex/contracts/permissions';
import { beforeAll, expect, test } from 'vitest';
import { createEntity } from '../../../test/factories/index.ts';
import { as, type Person } from '../../../test/harness/as.ts';
import { inTransaction } from '../../database/transaction.ts';
import { permissionsOf, type Scope } from '../../lib/caller.ts';
import * as audit from './audit.service.ts';
import { hears } from './readers.rules.ts';

type Learns = '' | 'reads' | 'hears' | 'reads and hears';

const ids: Record<string, number> = {};
let readers: { ofAll: Person; ofTwo: Person };
const two = () => [ids['own']!, ids['second']!];

beforeAll(async () => {
  for (const name of ['own', 'second', 'other']) ids[name] = (await createEntity()).id;
  readers = { ofAll: await as('Approver'), ofTwo: await as('Approver', two()) };
});

test.each<[what: string, type: SubjectType, entities: string[] | undefined, ofTwo: Learns, ofAll: Learns]>([
  ['a service of one own entity', 'service', ['own'], 'reads and hears', 'reads and hears'],
  ['a service of two own entities', 'service', ['own', 'second'], 'reads and hears', 'reads and hears'],
  ['a service shared with others', 'service', ['own', 'other'], 'hears', 'reads and hears'],
  ['a service of others', 'service', ['other'], '', 'reads and hears'],
  ['a service that no entity has', 'service', [], '', 'reads and hears'],
  ['what belongs to no entity in particular', 'vendor', undefined, 'reads and hears', 'reads and hears'],
  ['a person', 'user', undefined, '', 'reads'],
  ['an API key', 'api-key', undefined, '', 'reads'],
])('who learns of an entry about %s', async (_what, type, entities, ofTwo, ofAll) => {
  const entry: audit.Recorded = { action: 'demo.loaded', subject: { type, id: 1, label: 'Somebody’s' } };
  if (entities) entry.entityIds = entities.map((name) => ids[name]!);
  await inTransaction([], (tx) => audit.record({ id: null, name: 'Test' }, entry, tx));
  const [notice] = await audit.after((await audit.lastId()) - 1, 1);

  const learns = async (reader: Person, scope: Scope) => {
    const { body } = await reader.get('/api/audit?limit=1').expect(200);
    const hears = audit.isHeardBy({ scope, permissions: permissionsOf('Approver', scope) }, notice!);
    return [body.data[0]?.id === notice!.id && 'reads', hears && 'hears'].filter(Boolean).join(' and ');
  };
  expect(await learns(readers.ofTwo, two())).toBe(ofTwo);
  expect(await learns(readers.ofAll, 'all')).toBe(ofAll);
});

test('a key hears only of what it may see, whatever its owner may', () => {
  const of = (...permissions: Permission[]) => ({ scope: 'all' as const, permissions: new Set(permissions) });
  const heard = (caller: ReturnType<typeof of>) =>
    (['service', 'vendor', 'user'] as const).filter((subjectType) => hears(caller, { subjectType, entityIds: null }));
  expect(heard(of('masters.view'))).toEqual(['vendor']);
  expect(heard(of('budgets.view'))).toEqual(['service']);
  expect(heard(of('users.view'))).toEqual(['user']);
  expect(heard(of())).toEqual([]);
});
