import * as z from 'zod/mini';
import {
  date,
  example,
  fiscalYearLabel,
  id,
  idParams,
  money,
  nameText,
  reason,
  reasonBody,
  version,
} from './common.ts';
import { endpoint } from './endpoint.ts';

const driverValue = z
  .string()
  .check(z.regex(/^[0-9]{1,12}(\.[0-9]{1,8})?$/, 'Use a number that is not negative'), example('60'));
export const driver = z.object({
  entityId: id,
  entity: z.string(),
  value: z.string(),
  /** Null for a scoped reader, to whom a percentage would give away the sum. */
  percent: z.nullable(z.string()),
});

export const allocationKey = z.object({
  id,
  version,
  name: z.string(),
  driverType: z.string(),
  retired: z.boolean(),
  usedBy: z.int(),
  /** Newest first. Each holds from its date until the next one begins. */
  versions: z.array(z.object({ id, validFrom: date, total: z.nullable(z.string()), drivers: z.array(driver) })),
});
export type AllocationKey = z.infer<typeof allocationKey>;

export const keyVersionBody = z.strictObject({
  validFrom: date.check(z.regex(/^[0-9]{4}-[0-9]{2}-01$/, 'A key begins on the first day of a month')),
  drivers: z.array(z.strictObject({ entityId: id, value: driverValue })).check(
    z.minLength(1, 'Give at least one value'),
    z.maxLength(500),
    z.refine(
      (drivers) => new Set(drivers.map(({ entityId }) => entityId)).size === drivers.length,
      'An entity is named twice',
    ),
  ),
});
export type KeyVersionBody = z.infer<typeof keyVersionBody>;
export const createKeyBody = z.extend(keyVersionBody, { name: nameText(120), driverType: nameText(60) });
export type CreateKeyBody = z.infer<typeof createKeyBody>;
export const changeKeyVersionBody = z.extend(keyVersionBody, { reason });
export type ChangeKeyVersionBody = z.infer<typeof changeKeyVersionBody>;

/** A change of a version. Without `versionId` it adds one; without `version` it removes the one with that id. */
export const previewKeyBody = z
  .strictObject({ version: z.optional(keyVersionBody), versionId: z.optional(id) })
  .check(
    z.refine(({ versionId, version: after }) => versionId !== undefined || after !== undefined, 'Nothing to preview'),
  );
export type PreviewKeyBody = z.infer<typeof previewKeyBody>;

const moved = z.object({ now: money, then: money, difference: money });
export type Moved = z.infer<typeof moved>;
export const movedMeasures = ['budget', 'actual', 'committed'] as const;
export type MovedMeasure = (typeof movedMeasures)[number];
const allMoved = { budget: moved, actual: moved, committed: moved };

/** What falls on each entity of the services that use the key, in years in which a share changes. The newest year first. */
export const keyPreview = z.object({
  services: z.int(),
  changedServices: z.int(),
  /** Months that the change touches and that are being closed. */
  softMonths: z.array(z.string()),
  years: z.array(
    z.object({
      fy: fiscalYearLabel,
      /** entityId null: unallocated. */
      entities: z.array(z.object({ entityId: z.nullable(id), entity: z.string(), ...allMoved })),
      totals: z.object(allMoved),
    }),
  ),
});
export type KeyPreview = z.infer<typeof keyPreview>;

const tag = 'Allocation keys';
const versionParams = z.strictObject({ id: idParams.shape.id, versionId: idParams.shape.id });
export const allocationKeyEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/allocation-keys',
    tag,
    summary: 'Keys with their dated driver values',
    permission: 'masters.view',
    answer: z.object({ data: z.array(allocationKey) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/allocation-keys',
    tag,
    summary: 'Add a key',
    permission: 'keys.edit',
    body: createKeyBody,
    answer: allocationKey,
    status: 201,
  }),
  preview: endpoint({
    method: 'post',
    path: '/allocation-keys/:id/preview',
    tag,
    summary: 'What a new, changed or removed version would move between entities; keeps nothing',
    permission: 'keys.edit',
    params: idParams,
    body: previewKeyBody,
    answer: keyPreview,
  }),
  addVersion: endpoint({
    method: 'post',
    path: '/allocation-keys/:id/versions',
    tag,
    permission: 'keys.edit',
    summary: 'New driver values from an open month on; earlier months keep theirs',
    params: idParams,
    body: changeKeyVersionBody,
    answer: allocationKey,
    status: 201,
  }),
  changeVersion: endpoint({
    method: 'patch',
    path: '/allocation-keys/:id/versions/:versionId',
    tag,
    permission: 'keys.edit',
    summary: 'Correct a version that no closed month is shared by; If-Match is of the key',
    params: versionParams,
    body: changeKeyVersionBody,
    answer: allocationKey,
    guarded: true,
  }),
  removeVersion: endpoint({
    method: 'post',
    path: '/allocation-keys/:id/versions/:versionId/remove',
    tag,
    permission: 'keys.edit',
    summary: 'Remove a version that no closed month is shared by; the one before it holds on',
    params: versionParams,
    body: reasonBody,
    answer: allocationKey,
    guarded: true,
  }),
};
