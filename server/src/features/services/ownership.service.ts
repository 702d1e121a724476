import type { Caller } from '../../lib/caller.ts';
import { covers } from '../../lib/caller.ts';
import { forbidden, invalid, notFound } from '../../lib/errors.ts';
import type { Transaction } from '../../database/transaction.ts';
import { lockServices, type StoredService } from './service-changes.repository.ts';

/** Who may change a service: everybody whom it belongs to alone, and those who see all. */

/** Locked, and the caller's to change, whatever their versions. */
export async function lockOwnMany(caller: Caller, ids: number[], tx: Transaction): Promise<StoredService[]> {
  const services = await lockServices(ids, caller.scope, tx);
  if (services.length < ids.length) throw notFound('Service');
  if (!services.every((service) => isOwn(caller, service))) throw onlyAShare();
  return services;
}

export const isOwn = ({ scope }: Caller, { serviceType, entityId }: Pick<StoredService, 'serviceType' | 'entityId'>) =>
  scope === 'all' || (serviceType === 'Dedicated' && covers(scope, entityId));

export const onlyAShare = () => forbidden('You see only a share of this service, so you cannot change it');

/** Editors of some entities can give a service neither to others nor to nobody. */
export function checkOwnership(caller: Caller, service: Pick<StoredService, 'serviceType' | 'entityId'>) {
  if (!isOwn(caller, service)) throw invalid('/entityId', 'Choose one of your own entities');
}
