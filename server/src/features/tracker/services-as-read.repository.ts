import { serviceFields } from '@opex/contracts/fields/service';
import { isAmong, isNotNothing, isSeen, seenInScope } from '../../database/fragments.ts';
import { ifWhole, readableColumns } from '../../database/list/catalogue.ts';
import type { Values } from '../../database/list/list-query.ts';
import type { Scope } from '../../lib/caller.ts';

const { remark: _remark, status: _status, ...keptFields } = serviceFields;
const naming = ['uid', 'vendor', 'service', 'tower', 'budgetHead'];

/**
 * Services as a reader may have them. A service that was the reader's in some years and is no more keeps its names there, beside
 * the figures. Its other words are left out: they may be from later.
 */
const asRead = (from: string, whole: string) => `(
  SELECT id, version, ${whole} AS whole, ${readableColumns(keptFields, naming, whole)}, ${ifWhole(whole, 'last_remark', `''`)},
    ${ifWhole(whole, 'retired_at', 'NULL')}, ${ifWhole(whole, 'search_text', `lower(uid || ' ' || service) || ' ' || vendor_key`)}
  FROM ${from})`;

/** Of services `s` and their figures `y` of a year: the service is the reader's, or some figure is not zero. */
export const isThereInYear = `(s.whole OR ${isNotNothing('y')})`;

export const servicesReadBy = (own: Scope, values: Values): { services: string; isThere: string } =>
  own === 'all'
    ? { services: 'services', isThere: 'true' }
    : { services: asRead('services', isSeen('services', `${values.add(own)}::int[]`)), isThere: isThereInYear };

/** Some of them, by their ids; whether they are theirs is asked once for each service, not once for each column. */
export const servicesOfIds = (ids: string, own: string) =>
  asRead(
    `(SELECT *, ${seenInScope('services', own)} AS is_theirs FROM services WHERE ${isAmong('id', ids)} OFFSET 0) AS services`,
    'is_theirs',
  );
