import type { CreateSavedViewBody, SavedView, UpdateSavedViewBody } from '@opex/contracts/saved-views';
import type { Transaction } from '../../database/transaction.ts';
import type { Caller } from '../../lib/caller.ts';
import { conflict, forbidden } from '../../lib/errors.ts';
import * as audit from '../audit/audit.service.ts';
import { asSeen, change } from '../audit/change.service.ts';
import * as repository from './saved-views.repository.ts';

const mostViews = 100;
const way = { tags: [], refusals: { duplicate: () => conflict('You have a view of this name already') } };

const subjectOf = ({ id, name }: SavedView): audit.Subject => ({ type: 'saved-view', id, label: name });
const toldOf = ({ name, address, isShared }: Pick<SavedView, 'name' | 'address' | 'isShared'>) => ({
  ...{ name, address, isShared },
});

/** What a person keeps for nobody else is no business of the log's readers. */
const whereShared = (views: SavedView[], entry: audit.Recorded) =>
  views.some(({ isShared }) => isShared) ? [entry] : [];

export const list = ({ id }: Caller, page: string): Promise<SavedView[]> => repository.findOfPage(id, page);

export const create = (caller: Caller, body: CreateSavedViewBody): Promise<SavedView> =>
  change(caller, way, async (tx) => {
    if ((await repository.count(caller.id, tx)) >= mostViews)
      throw conflict(`You have ${mostViews} views already; remove one that is not used any more`);
    const created = await find(caller, await repository.insert(caller.id, body, tx), tx);
    const changes = audit.differences({}, toldOf(created));
    return {
      answer: created,
      entries: whereShared([created], { action: 'saved-view.created', subject: subjectOf(created), changes }),
    };
  });

export const update = (caller: Caller, id: number, version: number, body: UpdateSavedViewBody): Promise<SavedView> =>
  change(caller, way, async (tx) => {
    const before = await asSeen('view', repository.lock(caller.id, id, tx), version);
    if (!before.isOwn)
      throw forbidden(`This view belongs to ${before.owner}; save it under a name of yours to change it`);
    await repository.update(id, body, tx);
    const after = await find(caller, id, tx);
    const changes = audit.differences(toldOf(before), toldOf(after));
    return {
      answer: after,
      entries: whereShared([before, after], { action: 'saved-view.updated', subject: subjectOf(after), changes }),
    };
  });

export const remove = (caller: Caller, id: number): Promise<void> =>
  change(caller, way, async (tx) => {
    const view = await lock(caller, id, tx);
    if (!view.isOwn && !caller.permissions.has('users.edit'))
      throw forbidden(`This view belongs to ${view.owner}, who can remove it`);
    await repository.remove(id, tx);
    return {
      answer: undefined,
      entries: whereShared([view], { action: 'saved-view.removed', subject: subjectOf(view) }),
    };
  });

export const prefer = (caller: Caller, id: number): Promise<void> => choose(caller, id, repository.prefer);
export const forget = (caller: Caller, id: number): Promise<void> => choose(caller, id, repository.forget);

const choose = (caller: Caller, id: number, write: typeof repository.prefer): Promise<void> =>
  change(caller, way, async (tx) => {
    await lock(caller, id, tx);
    await write(caller.id, id, tx);
    return { answer: undefined, entries: [] };
  });

const lock = ({ id: userId }: Caller, id: number, tx: Transaction) =>
  asSeen('view', repository.lock(userId, id, tx), undefined);
const find = ({ id: userId }: Caller, id: number, tx: Transaction) =>
  asSeen('view', repository.find(userId, id, tx), undefined);
