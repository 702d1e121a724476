import * as z from 'zod/mini';
import { example, id, idParams, nameText, notEmpty, version } from './common.ts';
import { endpoint } from './endpoint.ts';

/** Pages whose address can be kept under a name. */
export const viewedPages = ['tracker'] as const;

/** What follows the "?" of an address. The page reads it as it reads any address, so what does not fit is said there. */
const address = z
  .string()
  .check(
    z.maxLength(2_000),
    z.regex(/^[!-"$->@-~]*$/, 'Use what follows the ? of an address'),
    example('sort=-budget&tower=1'),
  );

export const savedView = z.object({
  id,
  name: z.string(),
  address: z.string(),
  /** Others have it in their list, too. */
  isShared: z.boolean(),
  isOwn: z.boolean(),
  owner: z.string(),
  /** What the caller's menu leads to. */
  isDefault: z.boolean(),
  version,
});
export type SavedView = z.infer<typeof savedView>;

export const createSavedViewBody = z.strictObject({
  page: z.enum(viewedPages),
  name: nameText(60),
  address,
  isShared: z.boolean(),
});
export type CreateSavedViewBody = z.infer<typeof createSavedViewBody>;
export const updateSavedViewBody = z
  .strictObject({ name: z.optional(nameText(60)), address: z.optional(address), isShared: z.optional(z.boolean()) })
  .check(notEmpty());
export type UpdateSavedViewBody = z.infer<typeof updateSavedViewBody>;

const tag = 'Saved views';
const permission = 'budgets.view';
export const savedViewEndpoints = {
  list: endpoint({
    method: 'get',
    path: '/saved-views',
    tag,
    permission,
    summary: 'Your views of a page, and those that others share',
    query: z.strictObject({ page: z.enum(viewedPages) }),
    answer: z.object({ data: z.array(savedView) }),
  }),
  create: endpoint({
    method: 'post',
    path: '/saved-views',
    tag,
    permission,
    person: true,
    summary: 'Keep the address of a page under a name',
    body: createSavedViewBody,
    answer: savedView,
    status: 201,
  }),
  update: endpoint({
    method: 'patch',
    path: '/saved-views/:id',
    tag,
    permission,
    person: true,
    summary: 'Rename, replace or share a view of yours',
    params: idParams,
    body: updateSavedViewBody,
    answer: savedView,
    guarded: true,
  }),
  remove: endpoint({
    method: 'delete',
    path: '/saved-views/:id',
    tag,
    permission,
    person: true,
    summary: 'Remove a view of yours; who keeps users also removes those that others share',
    params: idParams,
  }),
  prefer: endpoint({
    method: 'post',
    path: '/saved-views/:id/default',
    tag,
    permission,
    person: true,
    summary: 'Make a view what your menu leads to',
    params: idParams,
  }),
  forget: endpoint({
    method: 'delete',
    path: '/saved-views/:id/default',
    tag,
    permission,
    person: true,
    summary: 'Let your menu lead to the page as it is by itself',
    params: idParams,
  }),
};
