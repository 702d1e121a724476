import { operatorsOf } from '@opex/contracts/list';
import { trackerFields } from '@opex/contracts/tracker';
import { expect, test } from 'vitest';
import { fields } from '../../../domain/sheet/columns/fields.ts';
import { conditionIn, conditionsFor, termsFor } from './filter-conditions.ts';

/** A choice always has a value, so that nothing is asked about its emptiness. */
const asked = fields
  .filter(({ field }) => field in trackerFields)
  .map(({ field, kind }) => ({
    field,
    operators: operatorsOf[kind].filter((operator) => kind !== 'choice' || operator !== 'empty'),
  }));

test.each(asked)('$field can be filtered by every operator it has', ({ field, operators }) => {
  const offered = new Set(conditionsFor(field).flatMap((condition) => condition.operators));
  expect([...offered].sort()).toEqual([...operators].sort());
});

test.each([
  ['budget', { gt: '5' }, 'Over'],
  ['budget', { lte: '5' }, 'From, up to'],
  ['budget', {}, 'From, up to'],
  ['vendor', { ne: '3' }, 'None of'],
  ['endDate', { empty: 'false' }, 'Is not empty'],
  ['owner', { empty: 'true' }, 'Is empty'],
])('%s %j opens as "%s"', (field, terms, name) => {
  expect(conditionIn(conditionsFor(field), terms).name).toBe(name);
});

test('what was typed goes along to a condition that takes the same', () => {
  const [fromUpTo, over, , , , empty] = conditionsFor('budget');
  if (!fromUpTo || !over || !empty) throw new Error('missing');
  expect(termsFor(over, fromUpTo, { gte: '12L' })).toEqual({ gt: '12L' });
  expect(termsFor(empty, over, { gt: '12L' })).toEqual({ empty: 'true' });
  expect(termsFor(over, empty, { empty: 'true' })).toEqual({});
});
