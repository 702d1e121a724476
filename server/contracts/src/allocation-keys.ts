import * as z from 'zod/mini';
import { date, id, idParams, nameText } from './common.ts';
import { endpoint } from './endpoint.ts';

const driverValue = z.string().check(z.regex(/^\d{1,12}(\.\d{1,8})?$/, 'Use a number that is not negative'));
export const driver = z.object({
  entityId: id,
  entity: z.string(),
  value: z.string(),
  /** null for a scoped reader: it would give away the whole. */ percent: z.nullable(z.string()),
});

export const allocationKey = z.object({
  id,
  name: z.string(),
  driverType: z.string(),
  retired: z.boolean(),
  usedBy: z.int(),
  /** Newest first. Each holds from its date until the next one begins. */
  versions: z.array(z.object({ id, validFrom: date, total: z.nullable(z.string()), drivers: z.array(driver) })),
});
export type AllocationKey = z.infer<typeof allocationKey>;

export const keyVersionBody = z.strictObject({
  validFrom: date.check(z.regex(/-01$/, 'A key begins on the first day of a month')),
  drivers: z.array(z.strictObject({ entityId: id, value: driverValue })).check(
    z.minLength(1),
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

const tag = 'Allocation keys';
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
  addVersion: endpoint({
    method: 'post',
    path: '/allocation-keys/:id/versions',
    tag,
    permission: 'keys.edit',
    summary: 'New driver values from a month on; earlier months keep theirs',
    params: idParams,
    body: keyVersionBody,
    answer: allocationKey,
    status: 201,
  }),
};
